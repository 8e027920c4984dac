"""Registers by raw SQL: the rows that the service writes, through the same drivers, and nothing else."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any, NamedTuple, Protocol

import psycopg
from sqlalchemy import make_url

from app.tasks.labels import labels_of
from benchmarks.register.items import Item
from benchmarks.register.statements import Statements

DEADLINE = timedelta(seconds=300)
Row = tuple[Any, ...]


class Known(NamedTuple):
    """What an answer says of a task; instants as the driver has them."""

    is_new: bool
    status: str
    version: int
    model: str | None
    metadata: Any
    created_at: Any
    registered_at: Any
    finished_at: Any
    polls: int
    next_poll_at: Any
    deadline_at: Any

    @classmethod
    def new(cls, item: Item, now: Any, deadline: Any) -> "Known":
        """Return what is known of one that has just been written."""
        metadata = item.get("metadata") or {}
        return cls(
            True, "pending", 1, item.get("model"), metadata, now, now, None, 0, now, deadline
        )


class Raw(Protocol):
    """A database, and how its driver is used well."""

    def write(self, items: Sequence[Item]) -> None:
        """Write many in one transaction."""

    def write_one(self, item: Item) -> Known:
        """Write one, unless it is there; return what is known of it."""

    def close(self) -> None:
        """Close the connections."""


def raw(url: str) -> Raw:
    """Return the database at that SQLAlchemy URL."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return _Sqlite(str(parts.database))
    plain = parts.set(drivername="postgresql").render_as_string(hide_password=False)
    return _Postgres(plain)


def _task(item: Item, now: Any, deadline: Any) -> Row:
    metadata = json.dumps(item.get("metadata") or {})
    return item["task_id"], item.get("model"), metadata, now, now, deadline


def _poll(task_id: int, item: Item, now: Any, deadline: Any) -> Row:
    name, model = item["task_id"], item.get("model")
    path, other = f"/v1/images/generations/{name}", f"/v1/tasks/{name}"
    return task_id, now, now, name, path, other, model, now, deadline, now


def _labels(task_id: int, item: Item, now: Any) -> list[Row]:
    return [(label, now, task_id) for label in labels_of(1, item.get("metadata") or {})]


def _one(cursor: psycopg.Cursor[Row]) -> Row:
    row = cursor.fetchone()
    assert row is not None  # noqa: S101 - for types
    return row


class _Postgres:
    """psycopg: many rows by `executemany`, which sends them in a pipeline; connections kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._sql = Statements(on_postgres=True)
        self._idle = LifoQueue[psycopg.Connection]()

    def write(self, items: Sequence[Item]) -> None:
        now = datetime.now(UTC)
        deadline = now + DEADLINE
        with self._connection() as connection, connection.transaction():
            cursor = connection.cursor()
            tasks = [_task(item, now, deadline) for item in items]
            cursor.executemany(self._sql.task, tasks, returning=True)
            ids = [_one(one)[0] for one in cursor.results()]
            pairs = list(zip(ids, items, strict=True))
            polls = [_poll(task_id, item, now, deadline) for task_id, item in pairs]
            cursor.executemany(self._sql.poll, polls)
            cursor.executemany(self._sql.transition, [(task_id, now) for task_id in ids])
            labels = [row for task_id, item in pairs for row in _labels(task_id, item, now)]
            if labels:
                cursor.executemany(self._sql.label, labels)

    def write_one(self, item: Item) -> Known:
        now = datetime.now(UTC)
        deadline = now + DEADLINE
        with self._connection() as connection, connection.transaction():
            made = connection.execute(self._sql.task, _task(item, now, deadline)).fetchone()
            if made is None:
                return Known(False, *_one(connection.execute(self._sql.find, (item["task_id"],))))
            connection.execute(self._sql.poll, _poll(made[0], item, now, deadline))
            connection.execute(self._sql.transition, (made[0], now))
            if labels := _labels(made[0], item, now):
                connection.cursor().executemany(self._sql.label, labels)
        return Known.new(item, now, deadline)

    def close(self) -> None:
        while not self._idle.empty():
            self._idle.get_nowait().close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = psycopg.connect(self._url, autocommit=True)
        yield connection
        self._idle.put(connection)


class _Sqlite:
    """sqlite3: one connection, which writers take in turn; as safe as the service's own are."""

    def __init__(self, path: str) -> None:
        self._sql = Statements(on_postgres=False)
        self._turn = Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def write(self, items: Sequence[Item]) -> None:
        now, deadline = _instants()
        with self._transaction() as connection:
            ids = [
                connection.execute(self._sql.task, _task(item, now, deadline)).fetchone()[0]
                for item in items
            ]
            pairs = list(zip(ids, items, strict=True))
            polls = (_poll(task_id, item, now, deadline) for task_id, item in pairs)
            connection.executemany(self._sql.poll, polls)
            connection.executemany(self._sql.transition, ((task_id, now) for task_id in ids))
            labels = (row for task_id, item in pairs for row in _labels(task_id, item, now))
            connection.executemany(self._sql.label, labels)

    def write_one(self, item: Item) -> Known:
        now, deadline = _instants()
        with self._transaction() as connection:
            made = connection.execute(self._sql.task, _task(item, now, deadline)).fetchone()
            if made is None:
                found = connection.execute(self._sql.find, (item["task_id"],)).fetchone()
                return Known(False, *found)._replace(metadata=json.loads(found[3]))
            connection.execute(self._sql.poll, _poll(made[0], item, now, deadline))
            connection.execute(self._sql.transition, (made[0], now))
            connection.executemany(self._sql.label, _labels(made[0], item, now))
        return Known.new(item, now, deadline)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:  # Commits.
                yield self._connection


def _instants() -> tuple[str, str]:
    now = datetime.now(UTC).replace(tzinfo=None)
    first, last = (at.isoformat(" ", "microseconds") for at in (now, now + DEADLINE))
    return first, last
