"""Writes events and the deliveries they owe, in the transaction that records what happened."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.endpoints.filter import ENDS, wants
from app.endpoints.models import Endpoint
from app.outbox.event import event_body, event_type
from app.outbox.models import Delivery, Event
from app.outbox.states import DeliveryState
from app.tasks.models import Task
from app.tasks.show import show
from app.tasks.timeline import fold, transitions_of


def announce(session: Session, tasks: Sequence[Task], *, now: datetime) -> None:
    """Write what there is to tell of the new status of each of `tasks`, and to whom.

    The end of a task is always an event; that it is processing is one only if somebody asked for it.
    """
    logs = transitions_of(session, [task.id for task in tasks])
    endpoints = _endpoints_of(session, {task.client_id for task in tasks})
    for task in tasks:
        shown = show(task)
        name = event_type(shown)
        # A URL that came with the task alone is a place without an endpoint of its own.
        places: list[int | None] = [None] if task.webhook_url and name in ENDS else []
        places += [
            e.id for e in endpoints if e.client_id == task.client_id and wants(e.events, name)
        ]
        if not places and name not in ENDS:
            continue
        event_id = f"evt_{token_hex(16)}"
        event = Event(
            public_id=event_id, client_id=task.client_id, task_id=task.id, version=task.version,
            type=name, created_at=now,
            body=event_body(event_id, shown, fold(logs[task.id], polls=task.polls), at=now),
        )  # fmt: skip
        session.add(event)
        session.flush()
        session.add_all(_delivery(event, place, now=now) for place in places)


def _endpoints_of(session: Session, client_ids: set[int]) -> Sequence[Endpoint]:
    return session.scalars(select(Endpoint).where(Endpoint.client_id.in_(client_ids))).all()


def _delivery(event: Event, endpoint_id: int | None, *, now: datetime) -> Delivery:
    return Delivery(
        public_id=f"dlv_{token_hex(16)}", event_id=event.id, endpoint_id=endpoint_id,
        state=DeliveryState.DUE, due_at=now, leased_until=EPOCH, token=0, attempts=0,
    )  # fmt: skip
