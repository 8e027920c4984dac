"""A curve tells how many tasks are unfinished at an age, and what a poll there saves."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.schedule.ages import BINS, EDGES, OLDEST, Floats
from app.schedule.cold import lognormal
from app.schedule.curve import Curve, difficulty
from tests.unit.schedule.curves import AGES, constant, hazards

CURVES = [lognormal(60, 0.42), lognormal(15, 0.1), lognormal(120, 0.8), constant(1 / 40)]
IMAGES = CURVES[0]


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(
    ("age", "wait"),
    [(0, 5), (5, 3), (9.9, 0.3), (60, 3), (60, 30), (300, 3), (900, 3), (5000, 0.5)],
)
def test_the_value_of_a_poll_is_the_delay_that_it_saves(
    curve: Curve, age: float, wait: float
) -> None:
    ages = np.linspace(age, age + wait, 100_001)
    alive = np.exp(
        np.interp(age, EDGES, curve.cumulative) - np.interp(ages, EDGES, curve.cumulative)
    )

    saved = np.trapezoid(alive, ages) - wait * alive[-1]

    assert curve.value(age, wait) == pytest.approx(saved, rel=1e-4, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(hazards(), AGES, st.floats(0, 600))
@example(np.full(BINS, 0.22313016014842982), 0.0, 2.220446049250313e-16)
def test_a_poll_never_saves_less_than_nothing_nor_more_than_the_wait(
    hazard: Floats, age: float, wait: float
) -> None:
    assert 0 <= Curve(hazard).value(age, wait) <= wait * (1 + 1e-6)


@settings(max_examples=200, deadline=None)
@given(hazards(), st.lists(AGES, min_size=2, max_size=8).map(sorted))
def test_survival_falls_from_one(hazard: Floats, ages: list[float]) -> None:
    left = [Curve(hazard).survival_at(age) for age in [0.0, *ages]]

    assert left[0] == 1
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("age", [0, 12.3, 60, 200, 1000])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9])
def test_the_residual_age_is_where_that_share_has_ended(age: float, share: float) -> None:
    by_then = IMAGES.residual(age, share)

    left = IMAGES.survival_at(by_then) / IMAGES.survival_at(age)
    assert left == pytest.approx(1 - share)
    assert IMAGES.ends_within(age, by_then - age) == pytest.approx(share)


def test_what_is_older_than_any_age_counts_as_that_old() -> None:
    oldest = float(EDGES[-1])

    assert IMAGES.value(3 * OLDEST, 3) == IMAGES.value(oldest - 3, 3) > 0
    assert IMAGES.ends_within(3 * OLDEST, 3) == IMAGES.ends_within(oldest - 3, 3) > 0
    assert IMAGES.residual(3 * OLDEST, 0.5) == 3 * OLDEST


@pytest.mark.parametrize(("curve", "mean"), [(IMAGES, 65.53), (constant(1 / 40), 40.0)])
def test_the_mean_is_that_of_the_durations(curve: Curve, mean: float) -> None:
    assert curve.mean == pytest.approx(mean, rel=2e-3)


def test_the_difficulty_bounds_polls_times_delay() -> None:
    """Keller's figures for the vendor's images; of an exponential no schedule beats an even one."""
    assert difficulty(IMAGES) ** 2 / 2 == pytest.approx(21.4, abs=0.1)
    assert difficulty(constant(1 / 40)) ** 2 / 2 == pytest.approx(40 / 2)
