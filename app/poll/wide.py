"""Reads wide rows: what they say of the tasks that this process has not asked for itself."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import DateTime, Enum, Select, SQLColumnExpression, String, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.base import UtcDateTime, as_utc
from app.db.given import Given
from app.tasks.models import Poll
from app.tasks.status import Status
from app.tasks.watch import Watch

IDS = Given(numbers=("task_id",))
_FIELDS = Watch._fields
# The same for many tasks. As one object of each, and not one of each task, they are near when a task
# that rested for seconds is looked at.
_SHARED = ("kind", "model", "weight", "sight")
_INSTANTS = [name for name in _FIELDS if isinstance(getattr(Poll, name).type, UtcDateTime)]


def read_watches(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, Watch]]:
    """Read what these rows say of their tasks."""
    if not ids:
        return {}
    on_postgres = session.get_bind().dialect.name == "postgresql"
    parameters = IDS.bind([ids], on_postgres=on_postgres)
    # All at once: to fetch row by row costs as much again as reading them.
    rows = session.connection().execute(_wide(on_postgres=on_postgres), parameters).all()
    return {row[0]: (row[1], _watch(row[2:])) for row in rows}


def _watch(values: Sequence[Any]) -> Watch:
    fields = dict(zip(_FIELDS, values, strict=True))
    fields["status"] = Status(fields["status"])
    for name in _SHARED:
        fields[name] = _one(fields[name])
    for name in _INSTANTS:
        if fields[name]:
            fields[name] = as_utc(fields[name])
    return Watch(**fields)


@lru_cache(1024, typed=True)
def _one(value: Any) -> Any:
    """Return of equal values the first."""
    return value


@cache
def _wide(*, on_postgres: bool) -> Select[Any]:
    given = IDS.table(on_postgres=on_postgres)
    columns = [Poll.task_id, Poll.upstream_id, *(as_given(getattr(Poll, f)) for f in _FIELDS)]
    is_given = IDS.has("task_id", Poll.task_id, on_postgres=on_postgres)
    return select(*columns).join(given, given.c.task_id == Poll.task_id).where(is_given)


def as_given(column: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    """Leave instants and statuses as the driver gives them: what becomes of each is Python's work."""
    match column.type:
        case UtcDateTime():
            return type_coerce(column, DateTime(timezone=True))
        case Enum():
            return type_coerce(column, String)
        case _:
            return column
