"""Stops watching a task, on its owner's word; LemonData goes on with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.curves.observe import observe
from app.curves.span import End
from app.errors import Conflict
from app.outbox.announce import announce
from app.register.hold import hold
from app.statistics.count import count, ends_of
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import Status


def cancel(session: Session, client: int, upstream_id: str, *, now: datetime) -> Task:
    """Make the client's task `cancelled`, and tell of it; return it.

    With its schedule goes every claim on it: what a worker hears later is dropped. Raises NotFound for
    an unknown task, Conflict for one that is over.
    """
    task, poll = hold(session, client, upstream_id)
    if not task.status.is_live or poll is None:
        raise Conflict(f"{upstream_id} is over: {task.status}")
    end = _end(task, poll, now)
    task.status, task.finished_at = Status.CANCELLED, now
    task.version += 1
    task.polls, task.deadline_at = poll.polls, poll.deadline_at
    line = Transition(
        task_id=task.id, at=now, sight="cancelled", status=task.status, polls=poll.polls
    )
    session.delete(poll)
    session.add(line)
    session.flush()
    observe(session, [end], now=now)
    count(session, ends_of([task]))
    announce(session, [task], now=now)
    return task


def _end(task: Task, poll: Poll, now: datetime) -> End:
    """Return what it shows of the model: how long it was unfinished, if that is known."""
    is_of_any_age = poll.seen_at is None and not task.is_dated
    return End(
        kind=task.kind, model=task.model, status=Status.CANCELLED, started_at=poll.started_at,
        seen_at=poll.seen_at, at=now, counts=poll.rejections == 0 and not is_of_any_age,
    )  # fmt: skip
