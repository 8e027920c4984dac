"""What is asked of the history."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Row, Select, literal, select, tuple_
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.errors import NotFound
from app.history.cursor import Cursor
from app.tasks.models import Poll, Task
from app.tasks.status import Status

# An outer join: the poll is missing once the task has ended.
Found = Row[Task, Poll | None]


def find_task(session: Session, client: int, upstream_id: str) -> Found:
    """Return the client's task of that id and its schedule, if it still has one; or raise NotFound."""
    found = session.execute(_tasks_of(client).where(Task.upstream_id == upstream_id)).one_or_none()
    if found is None:
        raise NotFound(f"no task {upstream_id} is tracked; register it with POST /v1/tasks")
    return found


def list_tasks(
    session: Session,
    client: int,
    *,
    status: Sequence[Status],
    equal: Mapping[str, str],
    after: Cursor | None,
    limit: int,
    oldest_first: bool,
) -> Sequence[Found]:
    """Return at most `limit` of the client's tasks behind the cursor, newest first unless told.

    `equal` says which columns are to hold what.
    """
    place = tuple_(Task.registered_at, Task.id)
    query = _tasks_of(client).limit(limit)
    if status:
        query = query.where(Task.status.in_(status))
    query = query.where(*(getattr(Task, name) == value for name, value in equal.items()))
    if after is not None:
        here = tuple_(literal(after.registered_at, UtcDateTime()), literal(after.id))
        query = query.where(place > here if oldest_first else place < here)
    if oldest_first:
        query = query.order_by(Task.registered_at, Task.id)
    else:
        query = query.order_by(Task.registered_at.desc(), Task.id.desc())
    return session.execute(query).all()


def _tasks_of(client: int) -> Select[Task, Poll | None]:
    return (
        select(Task, Poll).outerjoin(Poll, Poll.task_id == Task.id).where(Task.client_id == client)
    )
