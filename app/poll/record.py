"""Records what looks found: one transaction, fenced by the token of each claim."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, insert, null, select, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.curves.observe import observe
from app.db.base import UtcDateTime
from app.outbox.announce import announce
from app.poll.ends import ends
from app.poll.finding import Finding
from app.poll.move import keep_count, move
from app.poll.renew import renew
from app.tasks.models import OddAnswer, Poll, Task, Transition
from app.tasks.watch import Watch


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, and the tasks whose status moved by it."""

    written: list[Finding]
    moved: list[Task]


def record(session: Session, findings: Sequence[Finding], *, now: datetime) -> Recorded:
    """Write what `findings` say.

    A finding whose claim has since passed to another is dropped whole: the other will see for itself.
    """
    renewed = renew(session, [finding for finding in findings if finding.is_as_before])
    held = _held(session, [finding for finding in findings if not finding.is_as_before])
    if not held:
        return Recorded(renewed, [])
    _watch_on(session, held)
    _log(session, held)
    keep_count(session, held)
    moved = move(session, held)
    observe(session, ends(held, moved), now=now)
    announce(session, moved, now=now)
    return Recorded(renewed + held, moved)


def _held(session: Session, findings: Sequence[Finding]) -> list[Finding]:
    """Return those whose claims are still ours, and keep them so until the transaction ends."""
    if not findings:
        return []
    ids = [finding.claim.task_id for finding in findings]
    tokens = select(Poll.task_id, Poll.token).where(Poll.task_id.in_(ids))
    # In the order of their ids, so that two who lock the same rows cannot lock each other out.
    rows = session.execute(tokens.order_by(Poll.task_id).with_for_update())
    current = {row.task_id: row.token for row in rows}
    return [f for f in findings if current.get(f.claim.task_id) == f.claim.token]


def _watch_on(session: Session, findings: Sequence[Finding]) -> None:
    """Write the next look of each task that has one, and drop the schedule of each that has none.

    Either ends the claim, so that the same finding written again finds it no longer held.
    """
    ours = (Poll.task_id == bindparam("of"), Poll.token == bindparam("under"))
    again = [{**_claim_of(f), **vars(f.watch), "asked": f.asked_at} for f in findings if f.watch]
    over = [_claim_of(f) for f in findings if not f.watch]
    # On the connection and not the session: the statements are many rows' and need no objects.
    connection = session.connection()
    if again:
        connection.execute(update(Poll).where(*ours).values(_next()), again)
    if over:
        connection.execute(delete(Poll).where(*ours), over)


def _next() -> dict[str, Any]:
    """Return what a row becomes after a look; a look that was asked for since is still to come."""
    fields: dict[str, Any] = {name: bindparam(name) for name in Watch.__dataclass_fields__}
    is_to_come = Poll.forced_at > bindparam("asked", type_=UtcDateTime)
    fields["due_at"] = case((is_to_come, Poll.forced_at), else_=bindparam("due_at"))
    fields["forced_at"] = case((is_to_come, Poll.forced_at), else_=null())
    return fields | {"leased_until": EPOCH, "token": Poll.token + 1}


def _claim_of(finding: Finding) -> dict[str, int]:
    return {"of": finding.claim.task_id, "under": finding.claim.token}


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
        if f.is_news
    ]
    if lines:
        session.execute(insert(Transition), lines)
    odd = [
        {"task_id": f.claim.task_id, "at": f.at, **asdict(f.evidence)}
        for f in findings
        if f.evidence
    ]
    if odd:
        session.execute(delete(OddAnswer).where(OddAnswer.task_id.in_([o["task_id"] for o in odd])))
        session.execute(insert(OddAnswer), odd)
