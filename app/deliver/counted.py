"""What attempts add to the figures of webhooks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from app.deliver.settlement import Settlement
from app.outbox.states import DeliveryState
from app.statistics.count import Counted
from app.statistics.series import Series, Subject
from app.statistics.sums import ATTEMPTS, DELIVERED, GIVEN_UP, LATENCY, Sums, timed


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


def _sums(settlement: Settlement, *, now: datetime) -> Sums:
    """Count one; what is sent once more, beside its schedule, was delivered or given up before."""
    sums = {ATTEMPTS: 1}
    match settlement.verdict.state:
        case _ if settlement.claim.back:
            return sums
        case DeliveryState.DELIVERED:
            taken = timed(LATENCY, now - settlement.claim.happened_at)
            return {**sums, DELIVERED: 1, **taken}
        case DeliveryState.GIVEN_UP:
            return {**sums, GIVEN_UP: 1}
        case _:
            return sums
