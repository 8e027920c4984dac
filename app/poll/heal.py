"""Puts right what a clock that jumped has written."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.tasks.models import Poll

# No wait is as long as this. A row due later, or leased for longer, was written by a clock that jumped.
FARTHEST = timedelta(hours=3)


def heal(session: Session, *, now: datetime, farthest: timedelta) -> None:
    """Make due what a clock that jumped ahead, and back, has put off beyond any wait there is."""
    for column in (Poll.due_at, Poll.claimable_at, Poll.leased_until):
        put_off = update(Poll).where(column > now + farthest)
        # To be found too early is no harm.
        put_off = put_off.values({column.key: now, "claimable_at": now})
        session.execute(put_off, execution_options={"synchronize_session": False})
