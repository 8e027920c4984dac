"""Quantiles of many times, from counts in bins that grow with what they hold.

Bin `i` holds what lies in `(UNIT * GAMMA**(i-1), UNIT * GAMMA**i]`, so that each quantile is known to
within a part of itself, the same for all: with eight bins an octave 4.4 %. The sketch of Masson, Rim and
Lee, "DDSketch" (VLDB 2019), section 2.1. Two are added by adding their counts.
"""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil, log2

UNIT = timedelta(milliseconds=1)  # What is shorter counts as this long.
OCTAVE = 8  # bins
GAMMA = 2 ** (1 / OCTAVE)
LAST = 40 * OCTAVE  # 35 years


def bin_of(time: timedelta) -> int:
    """Return the number of the bin that holds `time`."""
    ratio = time / UNIT
    return min(LAST, ceil(OCTAVE * log2(ratio))) if ratio > 1 else 0


def seconds_of(number: int) -> float:
    """Return what stands for a bin: as far from its ends, each in its own measure."""
    return UNIT.total_seconds() * 2 * GAMMA**number / (GAMMA + 1)


def quantile(bins: Mapping[int, int], part: float) -> float | None:
    """Return the time, in seconds, that `part` of all are at most; None where there are none."""
    total = sum(bins.values())
    rank, passed = part * (total - 1), 0
    for number in sorted(bins):
        passed += bins[number]
        if passed > rank:
            return round(seconds_of(number), 3)
    return None
