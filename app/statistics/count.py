"""Queues what is to be counted, in the transaction in which it happens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.statistics.models import Increment
from app.statistics.series import Series, Subject
from app.statistics.sums import LATE, POLLS, Sums, of_end, undone
from app.tasks.models import Task
from app.tasks.status import ENDED_THERE, Status

_QUEUE = insert(Increment)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is to be added to one series of a client's, and when it happened."""

    client_id: int
    at: datetime
    series: Series
    sums: Sums


def count(session: Session, what: Iterable[Counted]) -> None:
    """Queue it; the sums themselves are left to the roller, who need not hurry."""
    rows = [
        {"client_id": one.client_id, "at": one.at, **one.series._asdict(), "sums": dict(one.sums)}
        for one in what
    ]
    if rows:
        session.execute(_QUEUE, rows)


def ends_of(tasks: Sequence[Task], *, again: Mapping[int, Counted] | None = None) -> list[Counted]:
    """Count those of `tasks` that are over, as they are now.

    One that ended before is counted where it was, lest the sums of that series fall: a late end may name
    the model that nobody had named.
    """
    before = again or {}
    found = []
    for task in tasks:
        if task.finished_at:
            end = _end(task, task.finished_at)
            found.append(replace(end, series=before.get(task.id, end).series))
    return found


def undone_ends_of(tasks: Sequence[Task]) -> dict[int, Counted]:
    """Take back what was counted of those that are over and are about to end otherwise, by their ids."""
    ends = {task.id: _end(task, task.finished_at) for task in tasks if task.finished_at}
    return {id_: replace(end, sums={**undone(end.sums), LATE: 1}) for id_, end in ends.items()}


def polls_of(task: Task, more: int) -> list[Counted]:
    """Count polls of a task that is over already."""
    if not (more and task.finished_at):
        return []
    return [Counted(task.client_id, task.finished_at, _series(task), {POLLS: more})]


def _end(task: Task, finished_at: datetime) -> Counted:
    is_seen = task.status in ENDED_THERE and task.not_after is not None
    is_timed = task.status is Status.COMPLETED and task.is_dated
    sums = of_end(
        task.status,
        polls=task.polls,
        watched=finished_at - task.registered_at,
        duration=finished_at - task.created_at if is_timed else None,
        # Of one that was over when it was registered, nothing could be known before.
        delay=finished_at - (task.not_before or task.registered_at) if is_seen else None,
    )
    return Counted(task.client_id, finished_at, _series(task), sums)


def _series(task: Task) -> Series:
    return Series(Subject.TASKS, task.account, task.kind, task.model or "")
