"""What is believed of a kind of task before any has been seen."""

from functools import cache
from math import erfc, log, pi, sqrt

import numpy as np

from app.schedule.ages import EDGES, WIDTHS
from app.schedule.curve import LEAST_HAZARD, Curve

# Median in seconds and sigma of a lognormal. For images the vendor's own words, "most finish within 30
# to 120 s"; of other kinds it only says that they take longer, so that little is believed of them.
_SAID = {"image": (57.0, 0.44)}
_OTHERS = (120.0, 0.8)
_HIGHEST = 4.0  # Times 1/age: a lognormal's own hazard never exceeds this in its bulk.


@cache
def cold_curve(kind: str) -> Curve:
    """Return the curve of tasks of that kind, as the vendor describes them."""
    return lognormal(*_SAID.get(kind, _OTHERS))


def lognormal(median: float, sigma: float) -> Curve:
    """Return the curve of a lognormal duration; `median` in seconds."""
    with np.errstate(divide="ignore"):
        scores = (np.log(EDGES) - log(median)) / sigma
    cumulative = np.array([-_log_survival(score) for score in scores])
    hazard = np.diff(cumulative) / WIDTHS
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    most = _HIGHEST / sigma / np.maximum(middle, 1.0)
    return Curve(np.clip(hazard, LEAST_HAZARD, most))


def _log_survival(score: float) -> float:
    """Return the log of a standard normal's upper tail, also where the tail itself is nothing."""
    if score < 8:
        return log(erfc(score / sqrt(2)) / 2)
    # The first terms of Mills' ratio.
    return -score * score / 2 - log(score * sqrt(2 * pi)) + log(1 - 1 / score**2)
