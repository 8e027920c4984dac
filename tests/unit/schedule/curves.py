"""Curves and durations whose truth is known, and strategies that draw any."""

from math import erfc, exp, log, sqrt

import numpy as np
from hypothesis import strategies as st

from app.schedule.ages import BINS, EDGES, OLDEST, Floats
from app.schedule.curve import LEAST_HAZARD, Curve
from app.schedule.delay import AVERSION, RARE
from app.schedule.tally import Span

AGES = st.floats(0, 2 * OLDEST)


def constant(hazard: float) -> Curve:
    """Make the curve of an exponential duration."""
    return Curve(np.full(BINS, hazard))


def lognormal_survival(age: float, median: float, sigma: float) -> float:
    """Return S(age) by the error function."""
    return erfc((log(age) - log(median)) / sigma / sqrt(2)) / 2


def exponential_survival(age: float, mean: float) -> float:
    """Return S(age)."""
    return exp(-age / mean)


def lognormal_ages(count: int, median: float, sigma: float) -> list[float]:
    """Return durations evenly spread over the quantiles of a lognormal, the young ones first."""
    scores = np.sqrt(2) * _inverse_erf(2 * (np.arange(count) + 0.5) / count - 1)
    return [float(age) for age in median * np.exp(sigma * scores)]


def exponential_ages(count: int, mean: float) -> list[float]:
    """Return durations evenly spread over the quantiles of an exponential."""
    return [float(age) for age in -mean * np.log1p(-(np.arange(count) + 0.5) / count)]


def cost_by_definition(curve: Curve, start: float, end: float, price: float) -> float:
    """Add up what a wait between two ages costs, end by end as it might come."""
    ages = np.linspace(start, end, 20_001)
    middle = (ages[1:] + ages[:-1]) / 2
    hazard = curve.hazard[np.searchsorted(EDGES, middle, "right") - 1]
    ends = -np.diff(np.exp(-np.interp(ages, EDGES, curve.cumulative)))
    often = ends * np.maximum(0, 1 - RARE / curve.mean / hazard)
    even = sqrt(2 * price * curve.mean)
    late = end - middle
    squared = 0.75 / (1 - RARE) * np.sum(often * late**2) / even
    return float((1 - AVERSION) * np.sum(ends * late) + AVERSION * squared)


def shuffled(ages: list[float]) -> list[float]:
    """Return the same in an order that tells nothing."""
    return [ages[place] for place in np.random.default_rng(7).permutation(len(ages))]


def seen_every(seconds: float, ages: list[float]) -> list[Span]:
    """Return what looks every so many seconds see of these, each beginning at another moment."""
    starts = np.random.default_rng(11).uniform(0, seconds, len(ages))
    looks = [
        start + seconds * np.floor((age - start) / seconds)
        for age, start in zip(ages, starts, strict=True)
    ]
    return [Span(after=max(0.0, look), by=look + seconds) for look in looks]


def hazards() -> st.SearchStrategy[Floats]:
    """Draw hazards of any shape: runs of bins at any level, from next to nothing to certainty."""
    level = st.floats(-16, 6).map(lambda power: max(LEAST_HAZARD, exp(power)))
    runs = st.lists(st.tuples(st.integers(1, 200), level), min_size=1, max_size=12)
    return runs.map(
        lambda some: np.resize(np.repeat([v for _, v in some], [n for n, _ in some]), BINS)
    )


def spans() -> st.SearchStrategy[list[Span]]:
    """Draw whatever may have been seen of tasks."""
    either = st.one_of(
        st.floats(0, OLDEST), st.floats(0, 300), st.sampled_from([0.0, 10.0, OLDEST])
    )
    pair = st.tuples(either, either).map(sorted)
    over = pair.map(lambda two: Span(after=two[0], by=two[1]))
    instant = either.map(lambda age: Span(after=age, by=age))
    unseen = either.map(lambda age: Span(after=age, by=None))
    return st.lists(st.one_of(over, instant, unseen), max_size=40)


def _inverse_erf(values: Floats) -> Floats:
    grid = np.linspace(-5, 5, 200_001)
    return np.interp(values, [1 - erfc(x) for x in grid], grid)
