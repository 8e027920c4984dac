"""With which fencing token the schedule of a task begins."""

from datetime import UTC, datetime

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def first_token(now: datetime) -> int:
    """Return one above any that another schedule under the same id can have come to by now.

    A token rises by less than one a second. A worker that remembers an earlier schedule, of this task or
    of one that was pruned and whose id SQLite has given away again, would take this one for that.
    """
    return max(0, int((now - SINCE).total_seconds()))
