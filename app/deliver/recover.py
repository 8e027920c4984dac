"""Sends again what a client asked to recover: a few at a time, from where it stopped."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.deliver.park import RAMP
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Recovery, stands
from app.outbox.recovered import wanted_by
from app.outbox.states import DeliveryState, RecoveryState

WINDOW = 10_000  # Of what an endpoint was sent, what is looked through at once for what is wanted.


def running(session: Session) -> Sequence[int]:
    """Return, by reading alone, the ids of the recoveries that are to go on."""
    is_running = Recovery.state == RecoveryState.RUNNING
    return session.scalars(select(Recovery.id).where(is_running).order_by(Recovery.id)).all()


def recover(session: Session, recovery_id: int, *, now: datetime) -> None:
    """Make due what comes next of a recovery, as far as its endpoint has taken what came before.

    It begins its schedule anew, after the first attempt. Where the endpoint is disabled a recovery waits;
    where it is deleted, it ends. One that another has just now at hand is left alone.
    """
    of = select(Recovery).where(Recovery.id == recovery_id, Recovery.state == RecoveryState.RUNNING)
    recovery = session.scalar(of.with_for_update(skip_locked=True))
    if recovery is None:
        return
    endpoint = session.get_one(Endpoint, recovery.endpoint_id)
    if endpoint.deleted_at:
        _end(recovery, RecoveryState.CANCELLED, now)
    elif endpoint.state is not EndpointState.DISABLED:
        _go_on(session, recovery, now=now)
    session.flush()


def _go_on(session: Session, recovery: Recovery, *, now: datetime) -> None:
    room = RAMP - _waiting(session, recovery.endpoint_id, now=now)
    if room <= 0:
        return
    looked_at, last_id = _window(session, recovery)
    wanted = (*wanted_by(recovery), Delivery.id > recovery.last_id, Delivery.id <= last_id)
    rows = select(Delivery).where(*wanted).order_by(Delivery.id).limit(room)
    held = rows.with_for_update(of=Delivery).execution_options(populate_existing=True)
    found = session.scalars(held).all()
    for delivery in found:
        _send_again(delivery, now=now)
    recovery.done += len(found)
    if len(found) == room:
        recovery.last_id = found[-1].id
        return
    recovery.last_id = last_id
    if looked_at < WINDOW:
        _end(recovery, RecoveryState.COMPLETED, now)


def _window(session: Session, recovery: Recovery) -> tuple[int, int]:
    """Return how many of the endpoint's deliveries to look through, and the last of them."""
    of = select(Delivery.id).where(
        Delivery.endpoint_id == recovery.endpoint_id, Delivery.id > recovery.last_id
    )
    window = of.order_by(Delivery.id).limit(WINDOW).subquery()
    count, last = session.execute(select(func.count(), func.max(window.c.id))).one()
    return count, last or recovery.last_id


def _waiting(session: Session, endpoint_id: int, *, now: datetime) -> int:
    """Count what the endpoint is owed now and nobody sends yet, as far as that matters."""
    of = select(Delivery.id).where(
        stands(DeliveryState.DUE), Delivery.place_id == endpoint_id, Delivery.due_at <= now,
        Delivery.leased_until <= now,
    )  # fmt: skip
    return session.scalar(select(func.count()).select_from(of.limit(RAMP).subquery())) or 0


def _send_again(delivery: Delivery, *, now: datetime) -> None:
    delivery.attempts = min(delivery.attempts, 1)
    delivery.state, delivery.due_at, delivery.leased_until = DeliveryState.DUE, now, EPOCH
    delivery.token += 1


def _end(recovery: Recovery, state: RecoveryState, now: datetime) -> None:
    recovery.state, recovery.finished_at = state, now
