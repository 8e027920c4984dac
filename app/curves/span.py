"""What the end of one task shows of how long tasks take."""

from dataclasses import dataclass
from datetime import datetime

from app.schedule.ages import OLDEST
from app.schedule.tally import Span
from app.tasks.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """How one task ended, and when it was looked at last."""

    kind: str
    model: str | None
    status: Status
    started_at: datetime  # Ages count from here.
    seen_at: datetime | None  # When the last "unfinished" was asked for.
    at: datetime  # When the answer arrived that was its end.
    counts: bool = True  # Not where it had timed out before, or nothing is known of its age.


def span_of(end: End, *, now: datetime) -> Span | None:
    """Return what `end` shows; None if that is nothing, or if a clock must have jumped meanwhile."""
    if not end.counts or not (end.seen_at or end.started_at) <= end.at <= now:
        return None
    after = max(0.0, _age(end, end.seen_at or end.started_at))
    by = _age(end, end.at)
    if by < 0 or after > OLDEST:
        return None
    match end.status:
        # An interval that reaches beyond all ages known says no more than that it was unfinished once.
        case Status.COMPLETED | Status.FAILED if by <= OLDEST:
            return Span(after=after, by=by)
        case Status.COMPLETED | Status.FAILED | Status.CANCELLED | Status.TIMED_OUT if after > 0:
            return Span(after=after, by=None)
        case _:
            return None


def _age(end: End, at: datetime) -> float:
    return (at - end.started_at).total_seconds()
