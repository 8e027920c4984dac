"""What is counted, under which names: sums that add up by name, times by name and bin."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from app.statistics.bins import bin_of
from app.tasks.status import Status

Sums = Mapping[str, int]
# What everybody does who holds a task id, as the vendor's sample does: to ask every three seconds.
FIXED = timedelta(seconds=3)

POLLS = "polls"
AT_FIXED = "at_fixed"  # The polls that asking every three seconds would have taken.
LATE = "late"  # Ended once more, after they had timed out.
DURATION = "duration"
DELAY = "delay"
ATTEMPTS = "attempts"
DELIVERED = "delivered"
GIVEN_UP = "given_up"
LATENCY = "latency"


def of_end(
    status: Status,
    *,
    polls: int,
    watched: timedelta,
    duration: timedelta | None,
    delay: timedelta | None,
) -> Sums:
    """Count one ended task.

    It was watched for so long, took so long from its creation, and ended so long before it was seen, at
    most; either of the last is None where it is not known.
    """
    sums = {status.value: 1, POLLS: polls, AT_FIXED: 1 + max(timedelta(), watched) // FIXED}
    return {**sums, **timed(DURATION, duration), **timed(DELAY, delay)}


def timed(name: str, time: timedelta | None) -> Sums:
    """Count one time under a name; what a clock that jumped made negative says nothing."""
    return {f"{name}/{bin_of(time)}": 1} if time is not None and time >= timedelta() else {}


def undone(sums: Sums) -> Sums:
    """Return what takes `sums` back."""
    return {name: -count for name, count in sums.items()}


def total(parts: Iterable[Sums]) -> Sums:
    """Add them up; what is nothing any more is left out."""
    found: Counter[str] = Counter()
    for part in parts:
        found.update(part)
    return {name: count for name, count in found.items() if count}


def bins_of(sums: Sums, name: str) -> dict[int, int]:
    """Return the counts of a time by bin."""
    prefix = f"{name}/"
    return {
        int(key.removeprefix(prefix)): count
        for key, count in sums.items()
        if key.startswith(prefix)
    }
