"""Writes looks that saw what the last one saw: most of them, so one statement over arrays for all."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Update, case, null, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.given import Given
from app.poll.finding import Finding
from app.tasks.models import Poll

_GIVEN = Given(
    numbers=("task_id", "token", "progress"), instants=("due_at", "seen_at", "deadline_at")
)


def renew(session: Session, findings: Sequence[Finding]) -> list[Finding]:
    """Put off the next look of each of `findings`, which are as before; return those still held.

    That ends their claims, so that the same finding written again finds its claim no longer held.
    """
    # In the order of their ids, so that two who write the same rows do not lock each other out.
    given = sorted(
        (f.claim.task_id, f.claim.token, w.progress, w.due_at, w.seen_at, w.deadline_at)
        for f in findings if (w := f.watch)
    )  # fmt: skip
    if not given:
        return []
    on_postgres = session.get_bind().dialect.name == "postgresql"
    parameters = _GIVEN.bind(list(zip(*given, strict=True)), on_postgres=on_postgres)
    written = session.connection().execute(_renewal(on_postgres=on_postgres), parameters)
    held = set(written.scalars().all())
    return [finding for finding in findings if finding.claim.task_id in held]


@cache
def _renewal(*, on_postgres: bool) -> Update:
    """Return the statement; a look that was asked for since is still to come."""
    given = _GIVEN.table(on_postgres=on_postgres)
    # What is as before was answered, and was seen when it was asked for.
    is_to_come = Poll.forced_at > given.c.seen_at
    return (
        update(Poll)
        .where(
            Poll.task_id == given.c.task_id,
            Poll.token == given.c.token,
            _GIVEN.has("task_id", Poll.task_id, on_postgres=on_postgres),
        )
        .values(
            due_at=case((is_to_come, Poll.forced_at), else_=given.c.due_at),
            expected_at=given.c.due_at,
            seen_at=given.c.seen_at,
            deadline_at=given.c.deadline_at,
            forced_at=case((is_to_come, Poll.forced_at), else_=null()),
            progress=given.c.progress,
            polls=Poll.polls + 1,
            leased_until=EPOCH,
            token=Poll.token + 1,
        )
        .returning(Poll.task_id)
    )
