"""Which core runs what: the clients have one to themselves, and all that serves them has another."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def cores() -> tuple[int, int] | None:
    """Return the clients' core and the servers'; None where there are not two, or no way to choose."""
    if sys.platform != "linux":
        return None
    mine = sorted(os.sched_getaffinity(0))
    return (mine[0], mine[1]) if len(mine) > 1 else None


@contextmanager
def on(core: int | None) -> Iterator[None]:
    """Run the block on one core, and with it whatever is started in the block, for good."""
    if core is None or sys.platform != "linux":
        yield
        return
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)
