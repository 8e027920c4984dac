"""Tells of tasks: what there is to say of a new status, and to whom."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.changes import note
from app.endpoints.endpoint import endpoints_of
from app.endpoints.filter import ENDS, wants
from app.endpoints.models import Endpoint
from app.outbox.event import event_body, event_type
from app.outbox.models import Event
from app.outbox.owe import Owed, owe
from app.outbox.place import Place
from app.outbox.subject import of_task
from app.tasks.models import Poll, Task
from app.tasks.schemas import Sighting, TaskOut
from app.tasks.show import show
from app.tasks.timeline import fold, transitions_of


def announce(session: Session, tasks: Sequence[Task], *, now: datetime) -> None:
    """Write what there is to tell of the new status of each of `tasks`, and to whom.

    The end of a task is always an event; that it is processing is one only if somebody asked for it. Who
    waits for the task itself is told of either.
    """
    if not tasks:
        return
    ids = [task.id for task in tasks]
    logs = transitions_of(session, ids)
    polls = {
        poll.task_id: poll for poll in session.scalars(select(Poll).where(Poll.task_id.in_(ids)))
    }
    endpoints = endpoints_of(session, *{task.client_id for task in tasks})
    owed: list[Owed] = []
    for task in tasks:
        note(session, of_task(task.id), task.version)
        shown = show(task, polls.get(task.id))
        places = _places(task, event_type(shown), endpoints)
        if places or not task.status.is_live:
            timeline = fold(logs[task.id], polls=task.polls)
            owed.append((_event(task, shown, timeline, now=now), places))
    owe(session, owed, now=now)


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
