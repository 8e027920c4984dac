"""The statements that store new tasks, many at once: the task, its schedule, its first line, its labels."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    Insert,
    String,
    Table,
    bindparam,
    insert,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.db.base import Base, Json, UtcDateTime
from app.db.ready import Ready
from app.db.sheet import Sheet
from app.tasks.models import Poll, Task, TaskLabel, Transition

TASKS = Sheet({
    "upstream_id": String(), "account": String(), "kind": String(), "model": String(),
    "prompts": Json, "metadata": Json, "webhook_url": String(), "webhook_secret": String(),
    "created_at": UtcDateTime(), "is_dated": Boolean(), "registered_at": UtcDateTime(),
    "deadline_at": UtcDateTime(),
})  # fmt: skip
POLLS = Sheet({
    "task_id": BigInteger(), "account_id": BigInteger(), "upstream_id": String(), "kind": String(),
    "model": String(), "weight": Double(), "path": String(), "other_path": String(),
    "due_at": UtcDateTime(), "created_at": UtcDateTime(), "deadline_at": UtcDateTime(),
})  # fmt: skip
LINES = Sheet({"task_id": BigInteger(), "registered_at": UtcDateTime()})
LABELS = Sheet({"label": BigInteger(), "created_at": UtcDateTime(), "task_id": BigInteger()})

_CLIENT = bindparam("client", type_=BigInteger)


def _tasks(on_postgres: bool) -> Insert:
    given = TASKS.table(on_postgres=on_postgres)
    values = {
        **dict(given.c), "client_id": _CLIENT, "status": _sql("'pending'"), "version": _sql("1"),
        "images": _sql("'[]'"), "assets": _sql("'[]'"), "polls": _sql("0"),
    }  # fmt: skip
    # The two dialects spell ON CONFLICT alike, but SQLAlchemy keeps it in each of them.
    dialect = postgresql if on_postgres else sqlite
    table = _table(Task)
    statement: Insert = (
        dialect.insert(table)
        # Without a WHERE, SQLite takes ON CONFLICT for the condition of a join.
        .from_select([*values], select(*values.values()).where(true()))
        .on_conflict_do_nothing(index_elements=["client_id", "upstream_id"])
        .returning(table.c.id, table.c.upstream_id)
    )
    return statement


def _polls(on_postgres: bool) -> Insert:
    given = POLLS.table(on_postgres=on_postgres).c
    epoch = "'1970-01-01 00:00:00.000000+00'" if on_postgres else "'1970-01-01 00:00:00.000000'"
    same = ("task_id", "account_id", "upstream_id", "kind", "model", "weight", "path", "other_path")
    return _insert(Poll, {
        **{name: given[name] for name in same}, "client_id": _CLIENT, "due_at": given.due_at,
        "claimable_at": given.due_at, "leased_until": _sql(epoch), "token": _sql("0"),
        "strayed": _sql("false"), "started_at": given.created_at, "status": _sql("'pending'"),
        "deadline_at": given.deadline_at, "expected_at": given.due_at, "polls": _sql("0"),
        "faults": _sql("0"), "absences": _sql("0"), "rejections": _sql("0"),
        "sight": _sql("'registered'"),
    })  # fmt: skip


def _lines(on_postgres: bool) -> Insert:
    given = LINES.table(on_postgres=on_postgres).c
    return _insert(Transition, {
        "task_id": given.task_id, "at": given.registered_at, "sight": _sql("'registered'"),
        "status": _sql("'pending'"), "polls": _sql("0"),
    })  # fmt: skip


def _labels(on_postgres: bool) -> Insert:
    return _insert(TaskLabel, dict(LABELS.table(on_postgres=on_postgres).c))


def _insert(model: type[Base], values: Mapping[str, ColumnElement[Any]]) -> Insert:
    return insert(_table(model)).from_select([*values], select(*values.values()))


def _sql(text: str) -> ColumnElement[Any]:
    return literal_column(text)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for types
    return table


INSERT_TASKS, INSERT_POLLS = Ready(_tasks), Ready(_polls)
INSERT_LINES, INSERT_LABELS = Ready(_lines), Ready(_labels)
