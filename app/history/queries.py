"""What is asked of the history."""

from collections.abc import Iterator, Sequence
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
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.db.base import UtcDateTime
from app.errors import NotFound
from app.history.cursor import Cursor
from app.history.wanted import Wanted
from app.tasks.models import Poll, Task, TaskLabel

# An outer join: the poll is missing once the task has ended.
Found = Row[Task, Poll | None]
Column = InstrumentedAttribute[Any]

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
    values |= {f"label_{number}": label for number, label in enumerate(wanted.labels)}
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
    labels: int
    goes_by_end: bool
    oldest_first: bool
    is_behind: bool

    @classmethod
    def of(cls, wanted: Wanted, *, is_behind: bool) -> "_Shape":
        def said(names: Sequence[str]) -> tuple[str, ...]:
            return tuple(name for name in names if getattr(wanted, name) is not None)

        return cls(
            len(wanted.status), said(EQUAL), said(TIMES), len(wanted.labels),
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
    labels = [aliased(TaskLabel) for _ in range(shape.labels)]
    created_at: Column = labels[0].created_at if labels else Task.created_at
    at: Column = Task.finished_at if shape.goes_by_end else created_at
    row: Column = labels[0].task_id if labels else Task.id
    query = select(at.label("at"), row.label("id")).select_from(labels[0] if labels else Task)
    if labels:
        query = query.join(Task, Task.id == row)
    for number, one in enumerate(labels):
        if number:
            query = query.join(one, (one.created_at == created_at) & (one.task_id == row))
        # In the statement itself, as the limit is: labels are of one task or of nearly all.
        label = bindparam(f"label_{number}", type_=BigInteger, literal_execute=True)
        query = query.where(one.label == label, *_stretch(shape, one.created_at, one.task_id))
    query = query.where(Task.client_id == bindparam("client"))
    if shape.statuses:
        query = query.where(Task.status == bindparam(f"status_{status}"))
    query = query.where(*(getattr(Task, name) == bindparam(name) for name in shape.equal))
    if not labels or shape.goes_by_end:
        query = query.where(*_stretch(shape, Task.created_at, Task.id))
    return query.order_by(*shape.order(at, row)).limit(LIMIT)


def _stretch(shape: _Shape, created_at: Column, row: Column) -> Iterator[ColumnElement[bool]]:
    """Yield what bounds the rows of a table in time, and behind the cursor.

    The cursor's time takes the place of the one at its side, which it is within: PostgreSQL would begin
    there, and read on up to the cursor.
    """
    columns = {"created": created_at, "finished": Task.finished_at}
    ordered = "finished" if shape.goes_by_end else "created"
    is_passed = (
        f"{ordered}_{'after' if shape.oldest_first else 'before'}" if shape.is_behind else ""
    )
    at = bindparam("at", type_=UtcDateTime())
    for name in shape.times:
        what, _, side = name.partition("_")
        column, limit = columns[what], bindparam(name, type_=UtcDateTime())
        if name == is_passed:
            yield column >= at if side == "after" else column <= at
        else:
            yield column >= limit if side == "after" else column < limit
    if shape.is_behind:
        place, here = (
            tuple_(columns[ordered], row),
            tuple_(at, bindparam("row", type_=BigInteger())),
        )
        yield place > here if shape.oldest_first else place < here


_ONE = (
    select(Task, Poll)
    .outerjoin(Poll, Poll.task_id == Task.id)
    .where(Task.client_id == bindparam("client"), Task.upstream_id == bindparam("upstream_id"))
)
