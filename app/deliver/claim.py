"""Claims deliveries that are due, and gathers what sending each of them takes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.deliver.gather import Claim, gather
from app.deliver.lost import expired, note
from app.deliver.rate import allowance, rated, spend_on
from app.deliver.turn import ALLOWANCES, IS_FREE, is_any, turns
from app.endpoints.models import Endpoint
from app.outbox.models import Delivery

MANY = 1000


class Left(NamedTuple):
    """How many may be claimed for endpoints that are failing, and for tasks' own URLs."""

    tries: int
    owns: int


ALL = Left(tries=MANY, owns=MANY)
_UNTIL = bindparam("until", type_=UtcDateTime)


def is_due(session: Session, *, now: datetime, left: Left = ALL) -> bool:
    """Tell whether there is anything to claim."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    limits = rated(session)
    values = _parameters(limits, now=now, limit=1, left=left, on_postgres=on_postgres)
    return session.connection().execute(is_any(on_postgres=on_postgres), values).scalar_one()


def oldest_waiting(session: Session, *, now: datetime) -> datetime | None:
    """Return since when the oldest is due whose turn it is, and which waits for a worker alone.

    What waits for its endpoint, which is failing, or busy, or keeps a rate, does not.
    """
    on_postgres = session.get_bind().dialect.name == "postgresql"
    values = _parameters(
        rated(session), now=now, limit=MANY, left=Left(tries=0, owns=MANY), on_postgres=on_postgres
    )
    return session.connection().execute(_oldest(on_postgres=on_postgres), values).scalar_one()


@cache
def _oldest(*, on_postgres: bool) -> Select[datetime | None]:
    waiting = turns(on_postgres=on_postgres).cte("waiting")
    return select(func.min(Delivery.due_at)).join(waiting, waiting.c.id == Delivery.id)


def claim_due(
    session: Session, *, now: datetime, lease: timedelta, limit: int, left: Left = ALL
) -> list[Claim]:  # fmt: skip
    """Claim at most `limit` deliveries that are due and whose turn it is, in one statement.

    Of what has a share of the room alone, no more than is `left` of it.
    """
    on_postgres = session.get_bind().dialect.name == "postgresql"
    limits = rated(session, to_spend=True)
    values = _parameters(limits, now=now, limit=limit, left=left, on_postgres=on_postgres)
    take = _take(on_postgres=on_postgres)
    unheard = expired(session, now=now, lease=lease)
    taken = session.connection().execute(take, values | {"until": now + lease}).all()
    if not taken:
        return []
    note(session, [unheard[one] for one, _ in taken if one in unheard])
    spend_on(limits, Counter(place for _, place in taken), now=now)
    return gather(session, [delivery_id for delivery_id, _ in taken], now=now)


def _parameters(
    limits: Sequence[Endpoint],
    *,
    now: datetime,
    limit: int,
    left: Left,
    on_postgres: bool,
) -> dict[str, Any]:
    allowances = [[one.id for one in limits], [allowance(one, now=now) for one in limits]]
    given = ALLOWANCES.bind(allowances, on_postgres=on_postgres)
    return given | {"now": now, "limit": limit, **left._asdict()}


@cache
def _take(*, on_postgres: bool) -> Update:
    """Return the statement that leases what `turns` finds, but for what another has taken since."""

    def is_in(ids: Select[int]) -> ColumnElement[bool]:
        # By an array PostgreSQL looks up each row by its key; for IN, it may read the whole table.
        if on_postgres:
            return Delivery.id == func.any(func.array(ids.scalar_subquery()))
        return Delivery.id.in_(ids)

    chosen = turns(on_postgres=on_postgres).cte("chosen")
    theirs = select(Delivery.id).where(is_in(select(chosen.c.id)), IS_FREE)
    free = theirs.with_for_update(skip_locked=True).cte("taken")
    return (
        update(Delivery)
        .where(is_in(select(free.c.id)))
        .values(leased_until=_UNTIL, token=Delivery.token + 1)
        .returning(Delivery.id, Delivery.place_id)
    )
