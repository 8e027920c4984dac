"""What is to be expected of a task that is under way."""

from datetime import datetime, timedelta

from app.schedule.eta import ends_by, outlives
from app.schedule.forecast import Book
from app.tasks.models import Poll
from app.tasks.schemas import Eta
from app.tasks.show import Outlook

LIKELY = 0.5


def outlook(book: Book, poll: Poll | None, *, now: datetime) -> Outlook | None:
    """Say when the task of this schedule will have ended, and whether its deadline is likely to be missed.

    None for one that has ended, or is only watched late.
    """
    if poll is None or not poll.status.is_live:
        return None
    curve = book.of(poll.kind, poll.model).curve
    seen = max(0.0, ((poll.seen_at or poll.started_at) - poll.started_at).total_seconds())
    age = max(0.0, (now - poll.started_at).total_seconds())
    deadline = (poll.deadline_at - poll.started_at).total_seconds()
    p50, p90 = (
        poll.started_at + timedelta(seconds=ends_by(curve, seen=seen, now=age, share=share))
        for share in (0.5, 0.9)
    )
    will_miss = outlives(curve, seen=seen, deadline=deadline) > LIKELY
    return Outlook(Eta(p50=p50, p90=p90), will_miss)
