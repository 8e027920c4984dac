"""Records what looks found: one transaction, fenced by the token of each claim."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.outbox.announce import announce
from app.poll.claim import Claim
from app.poll.outcome import Ended, Outcome, WatchOn
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import ENDED_THERE
from app.tasks.watch import Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one look found, and when the answer arrived."""

    claim: Claim
    outcome: Outcome
    at: datetime

    @property
    def status(self) -> str:
        """The status of the task after this look."""
        return (self.outcome.watch if isinstance(self.outcome, WatchOn) else self.outcome).status

    @property
    def sight(self) -> str:
        """What the look saw, for the log."""
        return self.outcome.watch.sight if isinstance(self.outcome, WatchOn) else self.status

    @property
    def polls(self) -> int:
        """How many looks there have been, this one included."""
        return self.claim.watch.polls + 1


def record(session: Session, findings: Sequence[Finding], *, now: datetime) -> list[Task]:
    """Write what `findings` say; return the tasks whose status moved.

    A finding whose claim has since passed to another is dropped whole: the other will see for itself.
    """
    held = _held(session, [finding.claim for finding in findings])
    findings = [finding for finding in findings if finding.claim in held]
    _watch_on(session, findings)
    _log(session, findings)
    moved = _move(session, findings)
    announce(session, moved, now=now)
    return moved


def _held(session: Session, claims: Sequence[Claim]) -> set[Claim]:
    """Return the claims that are still ours, and keep them so until the transaction ends."""
    tokens = select(Poll.task_id, Poll.token).where(Poll.task_id.in_([c.task_id for c in claims]))
    # In the order of their ids, so that two who lock the same rows cannot lock each other out.
    rows = session.execute(tokens.order_by(Poll.task_id).with_for_update())
    current = {row.task_id: row.token for row in rows}
    return {claim for claim in claims if current.get(claim.task_id) == claim.token}


def _watch_on(session: Session, findings: Sequence[Finding]) -> None:
    """Write the next look of each task that goes on, and drop the schedule of each that ended.

    Either ends the claim, so that the same finding written again finds it no longer held.
    """
    ours = (Poll.task_id == bindparam("of"), Poll.token == bindparam("under"))
    again = [
        {"of": f.claim.task_id, "under": f.claim.token, **asdict(f.outcome.watch)}
        for f in findings
        if isinstance(f.outcome, WatchOn)
    ]
    over = [
        {"of": f.claim.task_id, "under": f.claim.token}
        for f in findings
        if isinstance(f.outcome, Ended)
    ]
    # On the connection and not the session: the statements are many rows' and need no objects.
    connection = session.connection()
    if again:
        fields: dict[str, Any] = {name: bindparam(name) for name in Watch.__dataclass_fields__}
        connection.execute(
            update(Poll).where(*ours).values(leased_until=EPOCH, token=Poll.token + 1, **fields),
            again,
        )
    if over:
        connection.execute(delete(Poll).where(*ours), over)


def _log(session: Session, findings: Sequence[Finding]) -> None:
    """Add a line for each task that was seen otherwise than at the look before."""
    lines = [
        {
            "task_id": f.claim.task_id,
            "at": f.at,
            "sight": f.sight,
            "status": f.status,
            "polls": f.polls,
        }
        for f in findings
        if f.sight != f.claim.watch.sight or isinstance(f.outcome, Ended)
    ]
    if lines:
        session.execute(insert(Transition), lines)


def _move(session: Session, findings: Sequence[Finding]) -> list[Task]:
    """Write the new status of each task that has one; return those tasks."""
    moves = {f.claim.task_id: f for f in findings if f.status != f.claim.watch.status}
    if not moves:
        return []
    tasks = session.scalars(select(Task).where(Task.id.in_(moves)).order_by(Task.id)).all()
    for task in tasks:
        _move_one(task, moves[task.id])
    session.flush()
    return list(tasks)


def _move_one(task: Task, finding: Finding) -> None:
    task.version += 1
    task.polls = finding.polls
    match finding.outcome:
        case WatchOn(watch):
            task.status = watch.status
            task.deadline_at = watch.deadline_at
        case Ended(status=status, images=images, error=error, deadline_at=deadline_at):
            task.status = status
            task.error = error
            task.images = [
                {"url": i.url, "revised_prompt": i.revised_prompt or _prompt(task, i.index)}
                for i in images
            ]
            task.finished_at = finding.at
            task.deadline_at = deadline_at or finding.claim.watch.deadline_at
            if status in ENDED_THERE:
                task.not_before = finding.claim.watch.seen_at
                task.not_after = finding.at


def _prompt(task: Task, index: int) -> str | None:
    return task.prompts[index] if index < len(task.prompts) else None
