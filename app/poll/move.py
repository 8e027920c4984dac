"""Writes the new status of tasks: what they yielded, or why they ended."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.poll.finding import Finding
from app.poll.outcome import Dropped, Ended, WatchOn
from app.statistics.count import count, ends_of, polls_of, undone_ends_of
from app.tasks.models import Task
from app.tasks.status import ENDED_THERE
from app.upstream.paths import Kind


def move(session: Session, findings: Sequence[Finding]) -> list[Task]:
    """Write the new status of each task that has one; return those tasks."""
    moves = {f.claim.task_id: f for f in findings if f.status != f.claim.watch.status}
    if not moves:
        return []
    tasks = session.scalars(select(Task).where(Task.id.in_(moves)).order_by(Task.id)).all()
    taken_back = undone_ends_of(tasks)
    for task in tasks:
        _move_one(task, moves[task.id])
    session.flush()
    count(session, [*taken_back.values(), *ends_of(tasks, again=taken_back)])
    return list(tasks)


def keep_count(session: Session, findings: Sequence[Finding]) -> None:
    """Keep the number of looks at tasks that are looked at no more: their schedule goes, which had it."""
    dropped = {f.claim.task_id: f.polls for f in findings if isinstance(f.outcome, Dropped)}
    if not dropped:
        return
    for task in session.scalars(select(Task).where(Task.id.in_(dropped)).order_by(Task.id)):
        count(session, polls_of(task, dropped[task.id] - task.polls))
        task.polls = dropped[task.id]
    session.flush()


def _move_one(task: Task, finding: Finding) -> None:
    task.version += 1
    task.polls = finding.polls
    match finding.outcome:
        case WatchOn(watch):
            task.status = watch.status
            task.model = task.model or watch.model
            task.deadline_at = watch.deadline_at
        case Ended() as ended:
            _end(task, ended, finding)


def _end(task: Task, ended: Ended, finding: Finding) -> None:
    watch = finding.claim.watch
    task.status = ended.status
    task.error = ended.error
    task.model = task.model or watch.model or ended.model
    task.images, task.assets = _yield_of(task, ended)
    task.finished_at = finding.at
    task.deadline_at = ended.deadline_at or watch.deadline_at
    if ended.status in ENDED_THERE:
        task.not_before = watch.seen_at
        task.not_after = finding.at


def _yield_of(task: Task, ended: Ended) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return images and assets; what another kind tells among `data` is an asset of that kind."""
    assets = [asdict(asset) for asset in ended.assets]
    if task.kind != Kind.IMAGE:
        known = {asset["url"] for asset in assets}
        more = [{"type": task.kind, "url": i.url} for i in ended.images if i.url not in known]
        return [], assets + more
    images = [
        {"url": i.url, "revised_prompt": i.revised_prompt or _prompt(task, i.index)}
        for i in ended.images
    ]
    return images, assets


def _prompt(task: Task, index: int) -> str | None:
    return task.prompts[index] if index < len(task.prompts) else None
