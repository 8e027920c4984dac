"""When to ask again after a fault: kept apart from the waiting for a task that is merely unfinished."""

from datetime import timedelta

FIRST = timedelta(seconds=2)
# An upstream that is down is the account's affair, and asked by canaries; this is for the rest.
CAP = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Gently: where three answers in ten are bad by chance, a task that had five in a row is soon asked again.
GROWTH = 1.5
MOST_STEPS = 16


def wait_after_fault(faults: int, *, jitter: float, asked: timedelta | None = None) -> timedelta:
    """Return the wait after the n-th fault in a row: 2 s, half as long again each time, at most 30 s.

    `jitter` in [0, 1) takes up to a quarter off, so that tasks that failed together do not ask
    together again. `asked` is the upstream's own Retry-After: believed up to an hour, never undercut.
    """
    grown = min(FIRST * GROWTH ** min(max(faults - 1, 0), MOST_STEPS), CAP)
    spread = grown * (1 - jitter / 4)
    return max(spread, min(asked, LONGEST_PAUSE)) if asked else spread
