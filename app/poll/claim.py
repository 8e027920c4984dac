"""Claims tasks that are due: a lease with a fencing token, in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.tasks.models import Poll
from app.tasks.watch import Watch


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask for one task, and to write what came of it while `token` is the row's own."""

    task_id: int
    token: int
    upstream_id: str
    path: str
    watch: Watch


def claim_due(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[Claim]:
    """Claim at most `limit` tasks that are due, the longest due first."""
    due = (
        select(Poll.task_id)
        .where(Poll.due_at <= now, Poll.leased_until <= now)
        .order_by(Poll.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and ignores this.
        # A CTE and not a sub-select: PostgreSQL may run a sub-select again and exceed the limit.
        .cte("due")
    )
    take = (
        update(Poll)
        .where(Poll.task_id.in_(select(due.c.task_id)))
        .values(leased_until=now + lease, token=Poll.token + 1)
        .returning(Poll)
    )
    rows = session.scalars(take, execution_options={"synchronize_session": False})
    return [Claim(row.task_id, row.token, row.upstream_id, row.path, row.watch) for row in rows]
