"""Has a task looked at at once, ahead of the queue: also one whose deadline has passed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.clock import EPOCH
from app.errors import Conflict
from app.register.hold import hold
from app.tasks.models import Poll, Task
from app.tasks.status import Status
from app.tasks.tokens import first_token
from app.upstream.paths import Kind, paths_to


def look_again(session: Session, client: int, upstream_id: str, *, now: datetime) -> Task:
    """Make the client's task due now and first of all; return it.

    Raises NotFound for an unknown task, Conflict for one that LemonData itself has ended.
    """
    task, poll = hold(session, client, upstream_id)
    if not (task.status.is_live or task.status is Status.TIMED_OUT):
        raise Conflict(f"{upstream_id} is over: {task.status}")
    poll = poll or session.get(Poll, task.id) or _late_watch(session, task, now=now)
    if poll.due_at > now:
        poll.leased_until = (
            EPOCH  # Who keeps it until then finds by the token if another was sooner.
        )
    poll.forced_at = now
    poll.due_at = min(poll.due_at, now)
    if poll.leased_until <= now:
        poll.claimable_at = poll.due_at
    poll.expected_at = min(poll.expected_at, now) if task.status.is_live else now
    session.flush()
    return task


def _late_watch(session: Session, task: Task, *, now: datetime) -> Poll:
    """Begin to watch a timed-out task once more; the looks it had by itself are over."""
    account = select(Account.id).where(Account.name == task.account)
    path, other_path = paths_to(Kind(task.kind), task.upstream_id)
    poll = Poll(
        task_id=task.id, account_id=session.execute(account).scalar_one(),
        client_id=task.client_id, kind=task.kind, weight=1.0,
        due_at=now, claimable_at=now, leased_until=EPOCH, token=first_token(now),
        upstream_id=task.upstream_id, path=path, other_path=other_path, strayed=False, model=task.model,
        started_at=task.created_at, status=task.status, progress=None,
        deadline_at=task.deadline_at, expected_at=now, seen_at=None, ended_at=task.finished_at,
        polls=task.polls, faults=0, absences=0, absent_since=None, rejections=0,
        rejected_since=None, sight=task.status.value,
    )  # fmt: skip
    session.add(poll)
    return poll
