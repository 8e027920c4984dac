"""Writes what came of attempts: one transaction, fenced by the token of each claim."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, bindparam, select, type_coerce, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.given import Given
from app.db.insert import insert_new
from app.deliver.counted import attempts_of
from app.deliver.decide import Verdict
from app.deliver.gather import Claim
from app.deliver.hear import hear_of_endpoints
from app.deliver.lost import forget
from app.deliver.reply import Barred, Replied, Reply, Unanswered
from app.deliver.settlement import Settlement
from app.outbox.models import Attempt, Delivery
from app.outbox.states import DeliveryState
from app.statistics.count import count

_STANDING = Given(
    numbers=("delivery_id", "token", "attempts"),
    instants=("due_at", "back_due_at"),
    words=("state", "back_to"),
)
_TOKENS = (
    select(Delivery.id, Delivery.token, Delivery.back_to)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    # Locked before anything refers to them, and in the order of their ids, so that two who settle the
    # same rows cannot deadlock.
    .order_by(Delivery.id)
    .with_for_update()
)


def settle(
    session: Session, settlements: Sequence[Settlement], *, now: datetime
) -> list[Settlement]:
    """Write each attempt, where its delivery stands now, and what it shows of its endpoint.

    Returns those that still held their claim. The attempt is written even when the claim has passed to
    another: the POST did happen. What was pruned since has nothing more to be written.
    """
    held, asked, there = _held(session, [settlement.claim for settlement in settlements])
    settlements = [one for one in settlements if one.claim.delivery_id in there]
    late = [s.claim for s in settlements if s.claim not in held]
    forget(session, [(claim.delivery_id, claim.token) for claim in late])
    attempts = [_attempt(settlement) for settlement in settlements]
    insert_new(session, Attempt, attempts, unique=[Attempt.delivery_id, Attempt.token])
    settlements = [settlement for settlement in settlements if settlement.claim in held]
    shut = hear_of_endpoints(session, settlements, now=now)
    settlements = [_parked(one) if one.claim.endpoint_id in shut else one for one in settlements]
    _stand(session, settlements, asked=asked, now=now)
    count(session, attempts_of(settlements, now=now))
    return settlements


def _parked(settlement: Settlement) -> Settlement:
    """Hold what would be tried again at an endpoint that is disabled; what was asked for is not owed."""
    verdict, back = settlement.verdict, settlement.claim.back
    if verdict.is_cut_short:
        verdict = replace(back or verdict, is_cut_short=back is None)
    if verdict.state is DeliveryState.DUE:
        verdict = replace(verdict, state=DeliveryState.HELD)
    return replace(settlement, verdict=verdict)


def _held(session: Session, claims: Sequence[Claim]) -> tuple[set[Claim], set[int], set[int]]:
    """Return the claims that are still ours, and keep them so until the transaction ends.

    And the deliveries that somebody asked to be sent once more, and all that are there.
    """
    rows = session.execute(_TOKENS, {"ids": [claim.delivery_id for claim in claims]}).all()
    current = {row.id: row.token for row in rows}
    held = {claim for claim in claims if current.get(claim.delivery_id) == claim.token}
    return held, {row.id for row in rows if row.back_to}, {row.id for row in rows}


def _stand(
    session: Session, settlements: Sequence[Settlement], *, asked: set[int], now: datetime
) -> None:
    """Write where each delivery stands, in one statement; that ends its claim."""
    if not settlements:
        return
    rows = [
        (
            s.claim.delivery_id, s.claim.token,
            # What is beside the schedule, or was cut short by us, takes nothing of it away.
            s.claim.attempt - bool(s.claim.back or s.verdict.is_cut_short),
            *_place(s, is_asked=s.claim.delivery_id in asked, now=now),
        )
        for s in settlements
    ]  # fmt: skip
    on_postgres = session.get_bind().dialect.name == "postgresql"
    values = _STANDING.bind(list(zip(*rows, strict=True)), on_postgres=on_postgres)
    session.connection().execute(_standing(on_postgres=on_postgres), values)


@cache
def _standing(*, on_postgres: bool) -> Update:
    given = _STANDING.table(on_postgres=on_postgres)
    return (
        update(Delivery)
        .where(
            Delivery.id == given.c.delivery_id,
            Delivery.token == given.c.token,
            _STANDING.has("delivery_id", Delivery.id, on_postgres=on_postgres),
        )
        .values(
            attempts=given.c.attempts,
            due_at=given.c.due_at,
            back_due_at=given.c.back_due_at,
            state=type_coerce(given.c.state, Delivery.state.type),
            back_to=type_coerce(given.c.back_to, Delivery.back_to.type),
            leased_until=EPOCH,
            token=Delivery.token + 1,
        )
    )


def _place(
    settlement: Settlement, *, is_asked: bool, now: datetime
) -> tuple[datetime, datetime | None, str, str | None]:
    """Say until when a delivery rests and how it stands, and that of where it goes back to after an attempt.

    It goes back if it is to be sent beside its schedule.
    """
    verdict = settlement.verdict
    back = settlement.claim.back if verdict.is_cut_short else None
    # Asked for while this attempt was under way: it is still to be made, unless this one was taken.
    is_open = verdict.state in {DeliveryState.DUE, DeliveryState.GIVEN_UP}
    if is_asked and settlement.claim.back is None and is_open:
        verdict, back = Verdict(DeliveryState.DUE, now), verdict
    return (
        verdict.due_at, back.due_at if back else None,
        verdict.state.value, back.state.value if back else None,
    )  # fmt: skip


def _attempt(settlement: Settlement) -> dict[str, object]:
    status, error, response, took = _told(settlement.reply)
    return {
        "delivery_id": settlement.claim.delivery_id,
        "token": settlement.claim.token,
        "number": settlement.claim.attempt,
        "at": settlement.at,
        "milliseconds": round(took / timedelta(milliseconds=1)),
        "status_code": status,
        "error": error,
        "response": response,
        "is_truncated": isinstance(settlement.reply, Replied) and settlement.reply.is_truncated,
        "is_resend": settlement.claim.back is not None,
    }


def _told(reply: Reply) -> tuple[int | None, str | None, str | None, timedelta]:
    match reply:
        case Replied(status, body, _, took, _):
            return status, None, body, took
        case Unanswered(why, took):
            return None, why, None, took
        case Barred(why):
            return None, why[:300], None, timedelta()
