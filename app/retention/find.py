"""Finds what is old enough, one stretch of an index after the other."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session

from app.clients.models import Client
from app.clock import EPOCH
from app.db.base import UtcDateTime
from app.outbox.models import Event
from app.retention.among import Rows, among, fetch
from app.retention.choose import Old
from app.retention.told import EVENT, told_by, told_of
from app.tasks.labels import labels_of
from app.tasks.models import Poll, Task


class Place(NamedTuple):
    """Where a batch ended; the next begins behind it."""

    at: datetime
    row: int


START = Place(EPOCH, 0)
_BEFORE = bindparam("before", type_=UtcDateTime)
_BEHIND = tuple_(bindparam("at", type_=UtcDateTime), bindparam("row", type_=BigInteger))
# In the statement itself: PostgreSQL plans for so few rows, and not for a tenth of all.
_LIMIT = bindparam("limit", type_=Integer, literal_execute=True)
_FIRST_END = (
    select(Task.finished_at)
    .where(Task.client_id == Client.id, Task.finished_at.is_not(None))
    .order_by(Task.finished_at, Task.id)
    .limit(1)
    .correlate(Client)
    .scalar_subquery()
)
_CLIENTS = select(Client.id).where(_FIRST_END < _BEFORE).order_by(Client.id)
_TASKS = (
    select(Task.finished_at, Task.id, Task.client_id, Task.created_at, Task.labels)
    .where(
        Task.client_id == bindparam("client"),
        Task.finished_at < _BEFORE,
        tuple_(Task.finished_at, Task.id) > _BEHIND,
    )
    .order_by(Task.finished_at, Task.id)
    .limit(_LIMIT)
)
_APART = (
    select(Event.created_at, *EVENT)
    .where(
        Event.task_id.is_(None),
        Event.created_at < _BEFORE,
        tuple_(Event.created_at, Event.id) > _BEHIND,
    )
    .order_by(Event.created_at, Event.id)
    .limit(_LIMIT)
)


def clients(session: Session, *, before: datetime) -> Sequence[int]:
    """Return the clients of which a task ended before then."""
    return session.scalars(_CLIENTS, {"before": before}).all()


def find(
    session: Session, client: int | None, *, before: datetime, behind: Place, limit: int
) -> tuple[list[Old], Place | None]:
    """Return at most `limit` of the client's tasks that ended before then, the oldest first.

    Without a client, everybody's events that concern no task. And the place of the last, if there may be
    more behind it.
    """
    values = {"before": before, "limit": limit, **behind._asdict()}
    if client is None:
        rows = session.execute(_APART, values).all()
        olds = _events(session, rows)
    else:
        rows = session.execute(_TASKS, values | {"client": client}).all()
        olds = _tasks(session, rows)
    return olds, Place(*rows[-1][:2]) if len(rows) == limit else None


def _tasks(session: Session, rows: Rows) -> list[Old]:
    ids = [row.id for row in rows]
    told, watched = told_of(session, ids), watched_among(session, ids)
    return [
        Old(
            task_id=row.id, created_at=row.created_at, is_watched=row.id in watched,
            labels=frozenset(labels_of(row.client_id, row.labels)), events=told.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _events(session: Session, rows: Rows) -> list[Old]:
    return [
        Old(task_id=None, created_at=row.created_at, is_watched=False, labels=frozenset(), events=(told,))
        for row, told in zip(rows, told_by(session, rows), strict=True)
    ]  # fmt: skip


def watched_among(session: Session, task_ids: Collection[int]) -> set[int]:
    """Return which of these tasks are still looked at."""
    return {row.task_id for row in fetch(session, _watched, task_ids)}


@cache
def _watched(on_postgres: bool) -> Select[*tuple[Any, ...]]:
    return select(Poll.task_id).where(among(Poll.task_id, on_postgres))
