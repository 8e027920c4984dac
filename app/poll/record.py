"""Records what looks found: one transaction, fenced by the token of each claim."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.curves.observe import observe
from app.outbox.announce import announce
from app.poll.claim import Claim
from app.poll.ends import ends
from app.poll.finding import Finding, Unchanged
from app.poll.held import kept_until
from app.poll.move import keep_count, move
from app.poll.renew import renew
from app.tasks.models import OddAnswer, Poll, Task, Transition
from app.tasks.watch import Watch

_WRITTEN = (*Watch._fields, "forced_at", "claimable_at", "leased_until")

# A finding whose claim is still ours, and when a look was asked for that is still to come, if one was.
Held = tuple[Finding, datetime | None]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written and whose lease has ended, the tasks whose status moved by it, and the rest."""

    written: list[Finding | Unchanged]
    moved: list[Task]
    kept: list[Claim]  # The claims on what was written and is to be asked again under its lease.
    is_news: bool  # Whether anything was seen otherwise than at the look before.


def record(session: Session, findings: Sequence[Finding | Unchanged], *, now: datetime) -> Recorded:
    """Write what `findings` say.

    A finding whose claim has since passed to another is dropped whole: the other will see for itself.
    """
    renewed = renew(session, [one for one in findings if isinstance(one, Unchanged)], now=now)
    news = [one for one in findings if isinstance(one, Finding)]
    held = _held(session, news)
    if not held:
        return Recorded([*renewed.ended], [], renewed.kept, is_news=bool(news))
    found = [finding for finding, _ in held]
    ended, kept = _watch_on(session, held, now=now)
    _log(session, found)
    keep_count(session, found)
    moved = move(session, found)
    observe(session, ends(found, moved), now=now)
    announce(session, moved, now=now)
    return Recorded([*renewed.ended, *ended], moved, renewed.kept + kept, is_news=True)


def _held(session: Session, findings: Sequence[Finding]) -> list[Held]:
    """Return those whose claims are still ours, and keep them so until the transaction ends."""
    if not findings:
        return []
    ids = [finding.claim.task_id for finding in findings]
    rows = select(Poll.task_id, Poll.token, Poll.forced_at).where(Poll.task_id.in_(ids))
    # In the order of their ids, so that two who lock the same rows cannot lock each other out.
    found = session.execute(rows.order_by(Poll.task_id).with_for_update())
    current = {row.task_id: (row.token, row.forced_at) for row in found}
    held: list[Held] = []
    for finding in findings:
        token, forced_at = current.get(finding.claim.task_id, (None, None))
        if token == finding.claim.token:
            is_to_come = forced_at is not None and forced_at > finding.asked_at
            held.append((finding, forced_at if is_to_come else None))
    return held


def _watch_on(
    session: Session, held: Sequence[Held], *, now: datetime
) -> tuple[list[Finding], list[Claim]]:
    """Write the next look of each task that has one, and drop the schedule of each that has none.

    Either ends the claim, so that the same finding written again finds it no longer held. Returns the
    findings whose lease has ended with it, and the claims of those under a lease that goes on.
    """
    again: list[dict[str, Any]] = []
    ended: list[Finding] = []
    kept: list[Claim] = []
    for finding, forced_at in held:
        if watch := finding.watch:
            until = EPOCH if forced_at else _kept_until(finding, watch, now=now)
            due_at = forced_at or watch.due_at
            again.append(
                {
                    **_claim_of(finding), **watch._asdict(), "due_at": due_at, "forced_at": forced_at,
                    "claimable_at": max(due_at, until), "leased_until": until,
                }
            )  # fmt: skip
            if until > EPOCH:
                kept.append(finding.claim.following(watch, until=until))
                continue
        ended.append(finding)
    over = [_claim_of(finding) for finding, _ in held if not finding.watch]
    # On the connection and not the session: the statements are many rows' and need no objects.
    connection = session.connection()
    ours = (Poll.task_id == bindparam("of"), Poll.token == bindparam("under"))
    if again:
        fields: dict[str, Any] = {name: bindparam(name) for name in _WRITTEN}
        written = update(Poll).where(*ours).values(fields | {"token": Poll.token + 1})
        connection.execute(written, again)
    if over:
        connection.execute(delete(Poll).where(*ours), over)
    return ended, kept


def _kept_until(finding: Finding, watch: Watch, *, now: datetime) -> datetime:
    """Keep what is under way and was answered as looks are: of all else others must know at once."""
    is_calm = watch.is_calm and watch.ended_at is None and finding.asked_at > EPOCH
    return kept_until(finding.claim, watch, now=now) if is_calm else EPOCH


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
