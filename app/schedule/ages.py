"""The ages at which curves are known: bins that are narrow for young tasks and wider for old ones."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

FIRST = 0.25  # seconds; the width of the bins up to YOUNG
YOUNG = 10.0  # seconds
GROWTH = 1.015  # of the bins after that, each over the one before
OLDEST = 86400.0  # seconds; what is older counts as this old


def _edges() -> Floats:
    steps = int(np.ceil(np.log(OLDEST / YOUNG) / np.log(GROWTH)))
    young = np.arange(0.0, YOUNG, FIRST)
    return np.concatenate([young, YOUNG * GROWTH ** np.arange(steps + 1)])


EDGES = _edges()  # Seconds; one more than there are bins.
WIDTHS: Floats = np.diff(EDGES)
BINS = len(WIDTHS)


def bin_of(age: float) -> int:
    """Return the bin that holds `age`, in seconds."""
    return max(0, min(int(np.searchsorted(EDGES, age, "right")) - 1, BINS - 1))
