"""How numbers by bin of age are kept as JSON: short, and to six digits."""

from collections.abc import Sequence

import numpy as np

from app.schedule.ages import BINS, Floats


def packed(values: Floats) -> list[float]:
    """Return the values up to the last that is not 0, to six significant digits."""
    filled = np.flatnonzero(values)
    kept = values[: filled[-1] + 1].tolist() if len(filled) else []
    return [float(f"{value:.6g}") for value in kept]


def unpacked(values: Sequence[float]) -> Floats:
    """Return one value for each bin."""
    whole = np.zeros(BINS)
    whole[: len(values)] = values
    return whole
