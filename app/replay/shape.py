"""When tasks end, and how late that is seen: two histograms of a replay, for whoever draws them."""

from dataclasses import dataclass

import numpy as np

from app.replay.replay import Outcome

BARS = 40


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts between `low` and `high` seconds, in equal steps; what is beyond is in the last."""

    title: str
    low: float
    high: float
    counts: list[int]


def histograms(outcome: Outcome) -> list[Histogram]:
    """Return the durations of the judged tasks, and the delays with which their ends were seen."""
    durations = np.array([one.task.seconds for one in outcome.detected])
    delays = np.array([one.delay for one in outcome.detected])
    return [
        _histogram("tasks by duration, s", durations),
        _histogram("tasks by detection delay, s", delays),
    ]


def _histogram(title: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Histogram:
    high = float(np.quantile(values, 0.99)) or 1.0
    counts, _ = np.histogram(np.minimum(values, high), bins=BARS, range=(0.0, high))
    return Histogram(title, 0.0, high, counts.tolist())
