"""Percentiles."""

from collections.abc import Sequence
from math import ceil


def nearest_rank(ranked: Sequence[float], share: float) -> float:
    """Return the least of the sorted values that so large a share of them does not exceed."""
    return ranked[ceil(len(ranked) * share) - 1]
