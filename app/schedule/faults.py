"""When to ask again after a fault: kept apart from the waiting for a task that is merely unfinished."""

from datetime import timedelta

FIRST = timedelta(seconds=2)
# An upstream that is down is the account's affair, and asked by canaries; this is for the rest.
CAP = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
MOST_DOUBLINGS = 16


def wait_after_fault(faults: int, *, jitter: float, asked: timedelta | None = None) -> timedelta:
    """Return the wait after the n-th fault in a row: 2 s doubled each time, at most 30 s.

    `jitter` in [0, 1) takes up to a quarter off, so that tasks that failed together do not ask
    together again. `asked` is the upstream's own Retry-After: believed up to an hour, never undercut.
    """
    doubled = min(FIRST * (1 << min(max(faults - 1, 0), MOST_DOUBLINGS)), CAP)
    spread = doubled * (1 - jitter / 4)
    return max(spread, min(asked, LONGEST_PAUSE)) if asked else spread
