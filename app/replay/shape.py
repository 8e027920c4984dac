"""When tasks end, and how late that is seen: two histograms of a replay, for whoever draws them."""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from app.replay.outcome import Outcome
from app.schedule.ages import Floats

BARS = 40
SHOWN = 0.995  # Of all values; a few that are far out would squeeze the others into a corner.


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between 0 and `high` seconds, in equal steps, and of what is `beyond`."""

    title: str
    high: float
    counts: list[int]
    beyond: int

    @property
    def most(self) -> int:
        """The highest bar, at least 1."""
        return max(1, *self.counts)

    @property
    def heading(self) -> str:
        """The title, with what the bars alone do not tell."""
        beyond = f"; {self.beyond} beyond {self.high:g} s" if self.beyond else ""
        return f"{self.title} (highest bar: {self.most}{beyond})"


def histograms(outcome: Outcome) -> list[Histogram]:
    """Return the durations of the judged tasks, and the delays with which their ends were seen."""
    durations = np.array([one.task.seconds for one in outcome.detected])
    delays = np.array([one.delay for one in outcome.detected])
    return [
        _histogram("tasks by duration, s", durations),
        _histogram("tasks by detection delay, s", delays),
    ]


def _histogram(title: str, values: Floats) -> Histogram:
    high = _round_up(float(np.quantile(values, SHOWN)))
    counts, _ = np.histogram(values, bins=BARS, range=(0.0, high))
    return Histogram(title, high, counts.tolist(), int(np.sum(values > high)))


def _round_up(value: float) -> float:
    """Return a number of two digits that is not below `value`, for the end of an axis."""
    if value <= 0:
        return 1.0
    digits = 1 - floor(log10(value))
    return float(ceil(round(value * 10.0**digits, 6))) / 10.0**digits
