"""Finds a client's task and holds it, for what its owner wants done to it."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.tasks.models import Poll, Task

_HELD = select(Task).where(Task.id == bindparam("task")).with_for_update()
_ANEW = {"populate_existing": True}


def hold(session: Session, client: int, upstream_id: str) -> tuple[Task, Poll | None]:
    """Return the client's task and its schedule, if it still has one, locked until the transaction ends.

    Raises NotFound for an unknown task.
    """
    of = select(Task).where(Task.client_id == client, Task.upstream_id == upstream_id)
    task = session.scalar(of)
    # The schedule first, as recording does: whoever locks both locks them in one order.
    poll = session.get(Poll, task.id, with_for_update=True) if task else None
    # Looked for once more: it may have been pruned meanwhile, and perhaps registered anew.
    held = session.scalar(_HELD, {"task": task.id}, execution_options=_ANEW) if task else None
    if held is None:
        raise NotFound(f"no task {upstream_id} is tracked; register it with POST /v1/tasks")
    return held, poll
