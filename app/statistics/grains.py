"""Which stretches of time sums are kept for, and of which of them a window is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.clock import EPOCH


class Grain(StrEnum):
    """How long a stretch is."""

    MINUTES = "5m"
    HOUR = "1h"
    DAY = "1d"
    ALL = "all"


class Window(StrEnum):
    """How far back figures reach: to the start of the stretch that long ago."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long a grain's stretches are, and how long they are kept: as long as the longest window."""

    length: timedelta
    kept: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STRETCHES = {
    Grain.MINUTES: Stretch(timedelta(minutes=5), kept=2 * HOUR),
    Grain.HOUR: Stretch(HOUR, kept=2 * DAY),
    Grain.DAY: Stretch(DAY, kept=32 * DAY),
}
# What each window is put together of: some dozen stretches at most.
OF = {
    Window.HOUR: (Grain.MINUTES, HOUR),
    Window.DAY: (Grain.HOUR, DAY),
    Window.WEEK: (Grain.DAY, 7 * DAY),
    Window.MONTH: (Grain.DAY, 30 * DAY),
}


def stretches_of(at: datetime, *, now: datetime) -> Iterator[tuple[Grain, datetime]]:
    """Return each stretch that `at` counts for, by its grain and its start."""
    yield Grain.ALL, EPOCH
    for grain, stretch in STRETCHES.items():
        start = _start(at, stretch.length)
        if start >= oldest(grain, now=now):
            yield grain, start


def oldest(grain: Grain, *, now: datetime) -> datetime:
    """Return the start of the oldest stretch of a grain that is kept."""
    return _start(now - STRETCHES[grain].kept, STRETCHES[grain].length)


def reach(window: Window, *, now: datetime) -> tuple[Grain, datetime]:
    """Return the grain that a window is made of, and from when on."""
    if window is Window.ALL:
        return Grain.ALL, EPOCH
    grain, back = OF[window]
    return grain, _start(now - back, STRETCHES[grain].length)


def _start(at: datetime, length: timedelta) -> datetime:
    return at - (at - EPOCH) % length
