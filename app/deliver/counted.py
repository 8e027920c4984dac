"""What attempts add to the figures of webhooks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.deliver.settlement import Settlement
from app.endpoints.models import Endpoint
from app.outbox.states import DeliveryState
from app.statistics.count import Counted
from app.statistics.series import Series, Subject
from app.statistics.sums import ATTEMPTS, DELIVERED, GIVEN_UP, LATENCY, Sums, timed

_ENDPOINTS = select(Endpoint.id, Endpoint.client_id, Endpoint.public_id).where(
    Endpoint.id.in_(bindparam("ids", expanding=True))
)
ENDED = {DeliveryState.DELIVERED, DeliveryState.GIVEN_UP}


def attempts_of(settlements: Iterable[Settlement], *, now: datetime) -> list[Counted]:
    """Count attempts by client and endpoint; what was cut short by us is none."""
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for one in settlements:
        if not one.verdict.is_cut_short:
            found[one.claim.client_id, one.claim.endpoint or ""].update(_sums(one, now=now))
    return [
        Counted(client_id, now, Series(Subject.WEBHOOKS, model=endpoint), sums)
        for (client_id, endpoint), sums in found.items()
    ]


def given_up_at(session: Session, endpoint_ids: Iterable[int], *, now: datetime) -> list[Counted]:
    """Count what was given up with its endpoint, of which each id stands for one delivery."""
    found = Counter(endpoint_ids)
    rows = session.execute(_ENDPOINTS, {"ids": sorted(found)}) if found else ()
    return [
        Counted(
            client_id, now, Series(Subject.WEBHOOKS, model=name), {GIVEN_UP: found[endpoint_id]}
        )
        for endpoint_id, client_id, name in rows
    ]


def _sums(settlement: Settlement, *, now: datetime) -> Sums:
    """Count one; what was delivered or given up already is not so once more."""
    sums = {ATTEMPTS: 1}
    match settlement.verdict.state:
        case _ if settlement.claim.back and settlement.claim.back.state in ENDED:
            return sums
        case DeliveryState.DELIVERED:
            taken = timed(LATENCY, now - settlement.claim.happened_at)
            return {**sums, DELIVERED: 1, **taken}
        case DeliveryState.GIVEN_UP:
            return {**sums, GIVEN_UP: 1}
        case _:
            return sums
