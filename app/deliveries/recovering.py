"""Asks for many deliveries to be sent again; who delivers does it, a few at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.deliveries.recovery import RecoveryRequest
from app.endpoints.models import Endpoint
from app.errors import Conflict, NotFound
from app.outbox.models import Delivery, Event, Recovery
from app.outbox.recovered import wanted_by
from app.outbox.states import RecoveryState

MOST_SHOWN = 100
# Events are written in about the order of their times; none is further from its place than this.
SLACK = timedelta(hours=1)


def plan(session: Session, endpoint: Endpoint, body: RecoveryRequest, *, now: datetime) -> Recovery:
    """Return the recovery that `body` asks for, with the number of what it would send; nothing is stored."""
    since = max(body.since, EPOCH)
    recovery = Recovery(
        public_id=f"rec_{token_hex(12)}", endpoint_id=endpoint.id, since=since,
        until=min(body.until or now, now), states=list(body.status), types=body.types,
        state=RecoveryState.RUNNING, total=0, done=0, created_at=now, finished_at=None,
        last_id=_last_before(session, endpoint, since - SLACK),
    )  # fmt: skip
    wanted = (*wanted_by(recovery), Delivery.id > recovery.last_id)
    count = select(func.count()).select_from(Delivery).where(*wanted)
    recovery.total = session.scalar(count) or 0
    return recovery


def _last_before(session: Session, endpoint: Endpoint, at: datetime) -> int:
    """Return the last delivery that tells of what was before; looked for from the newest on."""
    of = select(Delivery.id).join(Event, Event.id == Delivery.event_id)
    before = of.where(Delivery.endpoint_id == endpoint.id, Event.created_at < at)
    return session.scalar(before.order_by(Delivery.id.desc()).limit(1)) or 0


def begin(session: Session, recovery: Recovery) -> None:
    """Store a recovery, whose endpoint is held; raise Conflict while another of it is running."""
    running = select(Recovery.public_id).where(
        Recovery.endpoint_id == recovery.endpoint_id, Recovery.state == RecoveryState.RUNNING
    )
    if before := session.scalar(running):
        raise Conflict(f"the recovery {before} is still running; wait for its end, or cancel it")
    session.add(recovery)
    session.flush()


def recoveries_of(session: Session, endpoint: Endpoint) -> Sequence[Recovery]:
    """Return the last recoveries of an endpoint, the newest first."""
    of = select(Recovery).where(Recovery.endpoint_id == endpoint.id)
    return session.scalars(of.order_by(Recovery.id.desc()).limit(MOST_SHOWN)).all()


def find_recovery(
    session: Session, endpoint: Endpoint, public_id: str, *, to_change: bool = False
) -> Recovery:
    """Return the endpoint's recovery of that id, or raise NotFound."""
    of = select(Recovery).where(
        Recovery.endpoint_id == endpoint.id, Recovery.public_id == public_id
    )
    found = session.scalar(of.with_for_update() if to_change else of)
    if found is None:
        raise NotFound(f"there is no recovery {public_id}")
    return found


def cancel(recovery: Recovery, *, now: datetime) -> None:
    """End a recovery, which is held; raise Conflict where it is over. What was made due is still sent."""
    if recovery.state is not RecoveryState.RUNNING:
        raise Conflict(f"the recovery is {recovery.state} already")
    recovery.state, recovery.finished_at = RecoveryState.CANCELLED, now
