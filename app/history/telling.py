"""What was done to tell of a task, and what is still to be done."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint
from app.history.schemas import Entry
from app.outbox.models import Attempt, Delivery, Event, is_open
from app.outbox.states import DeliveryState
from app.tasks.models import Task

HELD = "its endpoint is disabled"
_ATTEMPT = (
    Attempt.at,
    Attempt.number.label("attempt"),
    Attempt.is_resend,
    Attempt.milliseconds.label("latency_ms"),
    Attempt.status_code,
    Attempt.error,
)
_DELIVERY = (
    Event.public_id.label("event"),
    Delivery.public_id.label("delivery"),
    func.coalesce(Endpoint.url, Task.webhook_url).label("url"),
)
_OF_TASK = (
    select(*_DELIVERY)
    .join(Event, Event.id == Delivery.event_id)
    .join(Task, Task.id == Event.task_id)
    .outerjoin(Endpoint, Endpoint.id == Delivery.endpoint_id)
    .where(Event.task_id == bindparam("task"))
)
_ATTEMPTS = (
    _OF_TASK.add_columns(*_ATTEMPT)
    .join(Attempt, Attempt.delivery_id == Delivery.id)
    .order_by(Attempt.at, Attempt.id)
)
_OWED = (
    _OF_TASK.add_columns(
        Delivery.due_at.label("at"),
        Delivery.state,
        (Delivery.attempts + 1).label("attempt"),
        Endpoint.disabled_reason.label("reason"),
    )
    .where(is_open())
    .order_by(Delivery.state, Delivery.due_at, Delivery.id)
)


def attempts(session: Session, task_id: int) -> list[Entry]:
    """Return each attempt to tell of the task, oldest first."""
    rows = session.execute(_ATTEMPTS, {"task": task_id}).mappings()
    return [Entry(what="delivery attempt", **row) for row in rows]


def owed(session: Session, task_id: int) -> Iterator[Entry]:
    """Return each delivery that is still to be made: when it is tried next, or why it is held."""
    for row in session.execute(_OWED, {"task": task_id}).mappings():
        yield _to_come(**row)


def _to_come(*, state: DeliveryState, reason: str | None, attempt: int, **fields: Any) -> Entry:
    if state is DeliveryState.HELD:
        return Entry(what="delivery held", why=reason or HELD, **fields)
    return Entry(what="next delivery attempt", attempt=attempt, **fields)
