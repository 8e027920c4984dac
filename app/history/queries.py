"""What is asked of the history."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.errors import NotFound
from app.history.cursor import Cursor
from app.history.wanted import Wanted
from app.tasks.models import Poll, Task

# An outer join: the poll is missing once the task has ended.
Found = Row[Task, Poll | None]

EQUAL = ("model", "account", "kind")
TIMES = ("created_after", "created_before", "finished_after", "finished_before")
# In the statement itself: PostgreSQL plans for the few rows of a page, and not for a tenth of all.
LIMIT = bindparam("limit", type_=Integer, literal_execute=True)


def find_task(session: Session, client: int, upstream_id: str) -> Found:
    """Return the client's task of that id and its schedule, if it still has one; or raise NotFound."""
    found = session.execute(_ONE, {"client": client, "upstream_id": upstream_id}).one_or_none()
    if found is None:
        raise NotFound(f"no task {upstream_id} is tracked; register it with POST /v1/tasks")
    return found


def list_tasks(
    session: Session, wanted: Wanted, *, after: Cursor | None, limit: int
) -> Sequence[Found]:
    """Return at most `limit` of the wanted tasks, those behind the cursor, newest first unless told."""
    shape = _Shape.of(wanted, is_behind=after is not None)
    values = {name: getattr(wanted, name) for name in (*shape.equal, *shape.times)}
    values |= {f"status_{number}": status for number, status in enumerate(wanted.status)}
    if after is not None:
        values |= {"at": after.at, "row": after.id}
    return session.execute(_page(shape), {"client": wanted.client, "limit": limit, **values}).all()


def cursor_of(task: Task, wanted: Wanted) -> Cursor:
    """Return the place behind `task` in the list of what is wanted."""
    at = task.finished_at if wanted.goes_by_end else task.created_at
    assert at is not None  # noqa: S101 - what goes by its end has one
    return Cursor(at, task.id, wanted.seal)


class _Shape(NamedTuple):
    """What a statement depends on: all but the values."""

    statuses: int
    equal: tuple[str, ...]
    times: tuple[str, ...]
    goes_by_end: bool
    oldest_first: bool
    is_behind: bool

    @classmethod
    def of(cls, wanted: Wanted, *, is_behind: bool) -> "_Shape":
        def said(names: Sequence[str]) -> tuple[str, ...]:
            return tuple(name for name in names if getattr(wanted, name) is not None)

        return cls(
            len(wanted.status), said(EQUAL), said(TIMES),
            wanted.goes_by_end, wanted.oldest_first, is_behind,
        )  # fmt: skip

    def order(self, *columns: Any) -> list[ColumnElement[Any]]:
        return [column if self.oldest_first else column.desc() for column in columns]


@lru_cache(maxsize=256)
def _page(shape: _Shape) -> Select[Task, Poll | None]:
    """Build the statement: the places of a page first, from one index, and then their rows.

    Of several statuses each has a page of its own, and of these together comes the page: an index
    holds the tasks of one status in order, and those of two only one after the other.
    """
    if shape.statuses > 1:
        each = [_places(shape, number).subquery() for number in range(shape.statuses)]
        place = union_all(*map(select, each)).subquery("place")
    else:
        place = _places(shape, 0).subquery("place")
    return (
        select(Task, Poll)
        .select_from(place)
        .join(Task, Task.id == place.c.id)
        .outerjoin(Poll, Poll.task_id == Task.id)
        .order_by(*shape.order(place.c.at, place.c.id))
        .limit(LIMIT)
    )


def _places(shape: _Shape, status: int) -> Select[Any, int]:
    at: Any = Task.finished_at if shape.goes_by_end else Task.created_at
    query = select(at.label("at"), Task.id.label("id")).where(Task.client_id == bindparam("client"))
    if shape.statuses:
        query = query.where(Task.status == bindparam(f"status_{status}"))
    query = query.where(*(getattr(Task, name) == bindparam(name) for name in shape.equal))
    query = query.where(*map(_in_time, shape.times))
    if shape.is_behind:
        place = tuple_(at, Task.id)
        here = tuple_(bindparam("at", type_=UtcDateTime()), bindparam("row", type_=BigInteger()))
        query = query.where(place > here if shape.oldest_first else place < here)
    return query.order_by(*shape.order(at, Task.id)).limit(LIMIT)


def _in_time(name: str) -> ColumnElement[bool]:
    what, _, side = name.partition("_")
    column: ColumnElement[datetime] = getattr(Task, f"{what}_at")
    return column >= bindparam(name) if side == "after" else column < bindparam(name)


_ONE = (
    select(Task, Poll)
    .outerjoin(Poll, Poll.task_id == Task.id)
    .where(Task.client_id == bindparam("client"), Task.upstream_id == bindparam("upstream_id"))
)
