"""What was told by events: the deliveries of each, and whether they are wanted once more."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.outbox.models import Delivery, Event, Recovery
from app.outbox.recovered import wanted_by
from app.outbox.states import RecoveryState
from app.retention.among import Rows, among, fetch
from app.retention.choose import Sent, Told

EVENT = (Event.id, Event.client_id, Event.sequence, Event.public_id, Event.task_id)
_RUNNING = select(Recovery).where(Recovery.state == RecoveryState.RUNNING)


def told_of(session: Session, task_ids: Collection[int]) -> dict[int, tuple[Told, ...]]:
    """Return what was told of each of these tasks, if anything was."""
    events = fetch(session, _of_tasks, task_ids)
    found: defaultdict[int, tuple[Told, ...]] = defaultdict(tuple)
    for event, told in zip(events, told_by(session, events), strict=True):
        found[event.task_id] += (told,)
    return found


def told_by(session: Session, events: Rows) -> list[Told]:
    """Return each of these events with its deliveries."""
    found = fetch(session, _of_events, [event.id for event in events])
    wanted = _wanted(session, found)
    sent: defaultdict[int, list[Sent]] = defaultdict(list)
    for row in found:
        sent[row.event_id].append(Sent(row.id, row.state, row.id in wanted))
    return [
        Told(row.id, row.client_id, row.sequence, row.public_id, tuple(sent[row.id]))
        for row in events
    ]


def _wanted(session: Session, deliveries: Rows) -> set[int]:
    """Return the deliveries that a recovery has still to come to; there are seldom any."""
    wanted: set[int] = set()
    for one in session.scalars(_RUNNING).all() if deliveries else ():
        if its := [row.id for row in deliveries if row.endpoint_id == one.endpoint_id]:
            is_ahead = (*wanted_by(one), Delivery.id > one.last_id, Delivery.id.in_(its))
            wanted.update(session.scalars(select(Delivery.id).where(*is_ahead)))
    return wanted


@cache
def _of_tasks(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    return select(*EVENT).where(among(Event.task_id, on_postgres)).order_by(Event.id)


@cache
def _of_events(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    columns = (Delivery.id, Delivery.event_id, Delivery.endpoint_id, Delivery.state)
    return select(*columns).where(among(Delivery.event_id, on_postgres)).order_by(Delivery.id)
