"""Sends again what a client asked to recover: a few at a time, from where it stopped."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.deliver.park import RAMP
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Recovery, stands
from app.outbox.recovered import wanted_by
from app.outbox.states import DeliveryState, RecoveryState

_IS_RUNNING = Recovery.state == RecoveryState.RUNNING


def is_recovering(session: Session) -> bool:
    """Tell, by reading alone, whether anything is being recovered."""
    return bool(session.scalar(select(exists().where(_IS_RUNNING))))


def recover(session: Session, *, now: datetime) -> None:
    """Make due what comes next of each recovery, as far as its endpoint has taken what came before.

    What was given up begins its schedule anew, after the first attempt; what was delivered is sent once
    more beside it. Where the endpoint is disabled a recovery waits; where it is deleted, it ends.
    """
    running = select(Recovery).where(_IS_RUNNING).order_by(Recovery.id)
    for recovery in session.scalars(running.with_for_update(skip_locked=True)).all():
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
    following = select(Delivery).where(*wanted_by(recovery), Delivery.id > recovery.last_id)
    rows = following.order_by(Delivery.id).limit(room).with_for_update(of=Delivery)
    found = session.scalars(rows.execution_options(populate_existing=True)).all()
    for delivery in found:
        _send_again(delivery, now=now)
    recovery.done += len(found)
    recovery.last_id = _last(found, recovery.last_id)
    if len(found) < room:
        _end(recovery, RecoveryState.COMPLETED, now)


def _waiting(session: Session, endpoint_id: int, *, now: datetime) -> int:
    """Count what the endpoint is owed now, as far as that matters."""
    of = select(Delivery.id).where(
        stands(DeliveryState.DUE), Delivery.place_id == endpoint_id, Delivery.due_at <= now
    )
    return session.scalar(select(func.count()).select_from(of.limit(RAMP).subquery())) or 0


def _send_again(delivery: Delivery, *, now: datetime) -> None:
    if delivery.state is DeliveryState.DELIVERED:
        delivery.back_to, delivery.back_due_at = delivery.state, delivery.due_at
    else:
        delivery.attempts = min(delivery.attempts, 1)
    delivery.state, delivery.due_at, delivery.leased_until = DeliveryState.DUE, now, EPOCH
    delivery.token += 1


def _last(found: Sequence[Delivery], before: int) -> int:
    return found[-1].id if found else before


def _end(recovery: Recovery, state: RecoveryState, now: datetime) -> None:
    recovery.state, recovery.finished_at = state, now
