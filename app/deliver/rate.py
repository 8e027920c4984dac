"""Keeps to the rates that endpoints ask for: a bucket of tokens each, as accounts have."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.budget import affordable, spend
from app.clock import EPOCH
from app.endpoints.models import Endpoint

_RATED = (
    select(Endpoint)
    .where(Endpoint.max_per_minute.is_not(None), Endpoint.deleted_at.is_(None))
    .execution_options(populate_existing=True)
)
_RATED_AND_FREE = _RATED.with_for_update(skip_locked=True, key_share=True)


def rated(session: Session, *, to_spend: bool = False) -> Sequence[Endpoint]:
    """Return the endpoints that have a rate; to spend, those that no other is spending of just now."""
    return session.scalars(_RATED_AND_FREE if to_spend else _RATED).all()


def allowance(endpoint: Endpoint, *, now: datetime) -> int:
    """Return how many deliveries the endpoint may be sent now."""
    rate = endpoint.max_per_minute
    return affordable(endpoint.spent_until or EPOCH, rate=rate, now=now) if rate else 0


def spend_on(endpoints: Sequence[Endpoint], taken: Mapping[int, int], *, now: datetime) -> None:
    """Have each of `endpoints` pay for what was `taken` of it, by its id."""
    for one in endpoints:
        if one.max_per_minute and (count := taken.get(one.id, 0)):
            until = one.spent_until or EPOCH
            one.spent_until = spend(until, count, rate=one.max_per_minute, now=now)
