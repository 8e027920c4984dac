"""Removes what may go, whole: what somebody has at hand, or has taken up again since, stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.base import UtcDateTime
from app.outbox.models import Attempt, Delivery, Event, is_open
from app.outbox.stream import Mark, raise_marks
from app.retention.among import Deleting, among, fetch, wipe
from app.retention.choose import Old, Told
from app.retention.find import watched_among
from app.tasks.models import OddAnswer, Task, TaskLabel, Transition


def _deleting(by: InstrumentedAttribute[int]) -> Deleting:
    """Return what builds the statement that deletes rows by that column."""
    return cache(lambda on_postgres: delete(by.class_).where(among(by, on_postgres)))


# First what refers to others.
_DELIVERIES = (_deleting(Attempt.delivery_id), _deleting(Delivery.id))
_EVENTS = (_deleting(Event.id),)
_TASKS = (_deleting(Transition.task_id), _deleting(OddAnswer.task_id), _deleting(Task.id))
_LABELS = delete(TaskLabel).where(
    TaskLabel.label == bindparam("of"),
    TaskLabel.created_at == bindparam("at"),
    TaskLabel.task_id == bindparam("task"),
)


def remove(session: Session, olds: Sequence[Old], *, before: datetime) -> list[Old]:
    """Remove these, as far as they are still as they were found; return those that are gone.

    Nobody is waited for but who numbers the same client's events, at the very end.
    """
    gone = _held(session, olds, before=before)
    tasks = [old.task_id for old in gone if old.task_id is not None]
    events = [told for old in gone for told in old.events]
    deliveries = [sent.id for old in gone for sent in old.deliveries]
    for ids, statements in (
        (deliveries, _DELIVERIES), ([told.id for told in events], _EVENTS), (tasks, _TASKS),
    ):  # fmt: skip
        for statement in statements:
            wipe(session, statement, ids)
    if labels := [row for old in gone for row in _labels(old)]:
        session.connection().execute(_LABELS, labels)
    raise_marks(session, _marks(events))
    return gone


def _held(session: Session, olds: Sequence[Old], *, before: datetime) -> list[Old]:
    """Return what nobody else has at hand, and lock it: from then on nothing new can refer to it.

    A task that was looked at again since it was found has a schedule, or has ended anew.
    """
    ids = [old.task_id for old in olds if old.task_id is not None]
    tasks = {row.id for row in fetch(session, _free_tasks, ids, before=before)}
    tasks -= watched_among(session, tasks)
    ids = [told.id for old in olds if old.task_id is None for told in old.events]
    events = {row.id for row in fetch(session, _free_events, ids)}
    held = [old for old in olds if _is_among(old, tasks, events)]
    ids = [sent.id for old in held for sent in old.deliveries]
    deliveries = {row.id for row in fetch(session, _free_deliveries, ids)}
    return [old for old in held if all(sent.id in deliveries for sent in old.deliveries)]


def _is_among(old: Old, tasks: set[int], events: set[int]) -> bool:
    if old.task_id is not None:
        return old.task_id in tasks
    return all(told.id in events for told in old.events)


@cache
def _free_tasks(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    is_old = Task.finished_at < bindparam("before", type_=UtcDateTime)
    found = select(Task.id).where(among(Task.id, on_postgres), is_old)
    return found.with_for_update(skip_locked=True)


@cache
def _free_events(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    found = select(Event.id).where(among(Event.id, on_postgres))
    return found.with_for_update(skip_locked=True)


@cache
def _free_deliveries(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    found = select(Delivery.id).where(among(Delivery.id, on_postgres), ~is_open())
    return found.with_for_update(skip_locked=True)


def _labels(old: Old) -> list[dict[str, Any]]:
    return [{"of": one, "at": old.created_at, "task": old.task_id} for one in old.labels]


def _marks(events: Iterable[Told]) -> dict[int, Mark]:
    """Return the newest of each client's events."""
    in_order = sorted(events, key=lambda told: told.sequence)
    return {told.client_id: Mark(told.sequence, told.public_id) for told in in_order}
