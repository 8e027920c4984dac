"""Writes events and the deliveries they owe, in the transaction that records what happened."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.endpoints.endpoint import endpoints_of
from app.endpoints.filter import ENDS, wants
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.event import event_body, event_type
from app.outbox.models import Delivery, Event
from app.outbox.place import Place, place_id
from app.outbox.states import DeliveryState
from app.tasks.models import Poll, Task
from app.tasks.schemas import Sighting, TaskOut
from app.tasks.show import show
from app.tasks.timeline import fold, transitions_of


def announce(session: Session, tasks: Sequence[Task], *, now: datetime) -> None:
    """Write what there is to tell of the new status of each of `tasks`, and to whom.

    The end of a task is always an event; that it is processing is one only if somebody asked for it.
    """
    if not tasks:
        return
    ids = [task.id for task in tasks]
    logs = transitions_of(session, ids)
    polls = {
        poll.task_id: poll for poll in session.scalars(select(Poll).where(Poll.task_id.in_(ids)))
    }
    endpoints = endpoints_of(session, *{task.client_id for task in tasks})
    owed: list[tuple[Event, list[Place]]] = []
    for task in tasks:
        shown = show(task, polls.get(task.id))
        places = _places(task, event_type(shown), endpoints)
        if places or not task.status.is_live:
            timeline = fold(logs[task.id], polls=task.polls)
            owed.append((_event(task, shown, timeline, now=now), places))
    session.add_all(event for event, _ in owed)
    session.flush()
    session.add_all(
        delivery_of(event, place, now=now) for event, places in owed for place in places
    )


def _places(task: Task, name: str, endpoints: Sequence[Endpoint]) -> list[Place]:
    """Return where the event is owed; a URL that came with the task is a place without an endpoint."""
    own: list[Place] = [task.webhook_url] if task.webhook_url and name in ENDS else []
    return own + [e for e in endpoints if e.client_id == task.client_id and wants(e.events, name)]


def _event(task: Task, shown: TaskOut, timeline: list[Sighting], *, now: datetime) -> Event:
    event_id = f"evt_{token_hex(16)}"
    return Event(
        public_id=event_id, client_id=task.client_id, task_id=task.id, version=task.version,
        type=event_type(shown), body=event_body(event_id, shown, timeline, at=now), created_at=now,
    )  # fmt: skip


def delivery_of(event: Event, place: Place, *, now: datetime) -> Delivery:
    """Return what `event` owes to the place."""
    endpoint = place if isinstance(place, Endpoint) else None
    is_held = endpoint is not None and endpoint.state is EndpointState.DISABLED
    return Delivery(
        public_id=f"dlv_{token_hex(16)}", event_id=event.id,
        endpoint_id=endpoint.id if endpoint else None, place_id=place_id(place, event.client_id),
        state=DeliveryState.HELD if is_held else DeliveryState.DUE,
        due_at=now, leased_until=EPOCH, token=0, attempts=0, back_to=None, back_due_at=None,
    )  # fmt: skip
