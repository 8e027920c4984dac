"""The statements that store new tasks, many at once: the task, its schedule, its first line, its labels."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    Insert,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from app.db.base import Base, Json, UtcDateTime
from app.db.ready import Ready
from app.db.sheet import Rows, Sheet
from app.tasks.models import Poll, Task, TaskLabel, Transition

Types = dict[str, TypeEngine[Any]]
Values = Mapping[str, ColumnElement[Any]]

TASKS: Types = {
    "client_id": BigInteger(), "upstream_id": String(), "account": String(), "kind": String(),
    "model": String(), "prompts": Json, "metadata": Json, "webhook_url": String(), "webhook_secret": String(),
    "created_at": UtcDateTime(), "is_dated": Boolean(), "registered_at": UtcDateTime(),
    "deadline_at": UtcDateTime(),
}  # fmt: skip
POLLS: Types = {
    "account_id": BigInteger(), "weight": Double(), "path": String(), "other_path": String(),
    "due_at": UtcDateTime(), "token": BigInteger(),
}  # fmt: skip
ROWS = Sheet(TASKS | POLLS)
BEGUN = Sheet(TASKS | POLLS | {"task_id": BigInteger()})
_LABEL: Types = {"label": BigInteger(), "created_at": UtcDateTime()}
LABELS = Sheet(_LABEL | {"task_id": BigInteger()})
LABELS_BY_NAME = Sheet(_LABEL | {"client_id": BigInteger(), "upstream_id": String()})


def _store(_on_postgres: bool) -> Select[*tuple[Any, ...]]:
    """All tables in one statement, which is one turn on the network; only PostgreSQL has such."""
    given = ROWS.found().cte("given")
    rows = Rows(dict(given.c), given)
    table = _table(Task)
    returned = table.c.id, table.c.client_id, table.c.upstream_id
    new = _tasks(rows, {}, on_postgres=True).returning(*returned).cte("new")
    begun = Rows(rows.c, given.join(new, _is_of(new, given)))
    labels = LABELS_BY_NAME.found("labels").subquery("labels")
    label = {
        "label": labels.c.label, "created_at": labels.c.created_at, "task_id": new.c.id
    }  # fmt: skip
    others = (
        _insert(Poll, _poll(begun, new.c.id, on_postgres=True), begun),
        _insert(Transition, _line(begun, new.c.id), begun),
        _insert(TaskLabel, label, Rows(label, labels.join(new, _is_of(new, labels)))),
    )
    return select(new).add_cte(*(other.cte() for other in others))


def _is_of(new: FromClause, other: FromClause) -> ColumnElement[bool]:
    return (new.c.client_id == other.c.client_id) & (new.c.upstream_id == other.c.upstream_id)


def _tasks(given: Rows, more: Values, *, on_postgres: bool) -> Insert:
    values = {
        **more, **{name: given.c[name] for name in TASKS}, "status": _sql("'pending'"), "version": _sql("1"),
        "images": _sql("'[]'"), "assets": _sql("'[]'"), "polls": _sql("0"),
    }  # fmt: skip
    # The two dialects spell ON CONFLICT alike, but SQLAlchemy keeps it in each of them.
    dialect = postgresql if on_postgres else sqlite
    statement: Insert = given.into(dialect.insert(_table(Task)), values).on_conflict_do_nothing(
        index_elements=["client_id", "upstream_id"]
    )
    return statement


def _numbered(on_postgres: bool) -> Insert:
    given = BEGUN.rows(on_postgres=on_postgres)
    return _tasks(given, {"id": given.c["task_id"]}, on_postgres=on_postgres)


def _poll(given: Rows, task_id: ColumnElement[int], *, on_postgres: bool) -> Values:
    epoch = "'1970-01-01 00:00:00.000000+00'" if on_postgres else "'1970-01-01 00:00:00.000000'"
    same = (
        "client_id", "account_id", "upstream_id", "kind", "model", "weight", "path", "other_path", "token",
    )  # fmt: skip
    due_at = given.c["due_at"]
    return {
        **{name: given.c[name] for name in same}, "task_id": task_id, "due_at": due_at,
        "claimable_at": due_at, "leased_until": _sql(epoch), "strayed": _sql("false"),
        "started_at": given.c["created_at"], "status": _sql("'pending'"),
        "deadline_at": given.c["deadline_at"], "expected_at": due_at,
        "polls": _sql("0"), "faults": _sql("0"), "absences": _sql("0"), "rejections": _sql("0"),
        "sight": _sql("'registered'"),
    }  # fmt: skip


def _line(given: Rows, task_id: ColumnElement[int]) -> Values:
    return {
        "task_id": task_id, "at": given.c["registered_at"], "sight": _sql("'registered'"),
        "status": _sql("'pending'"), "polls": _sql("0"),
    }  # fmt: skip


def _polls(on_postgres: bool) -> Insert:
    given = BEGUN.rows(on_postgres=on_postgres)
    return _insert(Poll, _poll(given, given.c["task_id"], on_postgres=on_postgres), given)


def _lines(on_postgres: bool) -> Insert:
    given = BEGUN.rows(on_postgres=on_postgres)
    return _insert(Transition, _line(given, given.c["task_id"]), given)


def _labels(on_postgres: bool) -> Insert:
    given = LABELS.rows(on_postgres=on_postgres)
    return _insert(TaskLabel, given.c, given)


def _insert(model: type[Base], values: Values, rows: Rows) -> Insert:
    return rows.into(insert(_table(model)), values)


def _sql(text: str) -> ColumnElement[Any]:
    return literal_column(text)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - for types
    return table


STORE = Ready(_store)
LAST_TASK = Ready(lambda _: select(func.coalesce(func.max(Task.id), 0)))
INSERT_TASKS, INSERT_POLLS = Ready(_numbered), Ready(_polls)
INSERT_LINES, INSERT_LABELS = Ready(_lines), Ready(_labels)
TASKS_AFTER = Ready(
    lambda _: select(Task.id, Task.client_id, Task.upstream_id).where(Task.id > bindparam("last"))
)
