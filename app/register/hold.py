"""Finds a client's task and holds it, for what its owner wants done to it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.tasks.models import Poll, Task


def hold(session: Session, client: int, upstream_id: str) -> tuple[Task, Poll | None]:
    """Return the client's task and its schedule, if it still has one, locked until the transaction ends.

    Raises NotFound for an unknown task.
    """
    of = select(Task).where(Task.client_id == client, Task.upstream_id == upstream_id)
    task = session.scalar(of)
    # The schedule first, as recording does: whoever locks both locks them in one order.
    poll = session.get(Poll, task.id, with_for_update=True) if task else None
    # Looked for once more: it may have been pruned meanwhile.
    held = of.with_for_update().execution_options(populate_existing=True)
    if task is None or (task := session.scalar(held)) is None:
        raise NotFound(f"no task {upstream_id} is tracked; register it with POST /v1/tasks")
    return task, poll
