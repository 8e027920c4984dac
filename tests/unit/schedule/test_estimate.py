"""What has been seen of a few hundred tasks gives their true curve; of none, what was believed."""

import numpy as np
import pytest

from app.schedule.cold import cold_curve, lognormal
from app.schedule.curve import LEAST_HAZARD, Curve, difficulty
from app.schedule.estimate import estimate, plain
from app.schedule.learn import learnt
from app.schedule.tally import Span, empty
from tests.unit.schedule.curves import (
    exponential_ages,
    exponential_survival,
    lognormal_ages,
    lognormal_survival,
    seen_every,
    shuffled,
)

COLD = cold_curve("image")
AGES = np.geomspace(0.5, 600, 60)
COUNT = 1500


def learn(spans: list[Span], prior: Curve = COLD) -> Curve:
    """Learn as the service does, from a few at a time."""
    tally = empty()
    for start in range(0, len(spans), 50):
        tally = learnt(tally, spans[start : start + 50], prior, passed=0)
    return estimate(tally, prior)


def exact(ages: list[float]) -> list[Span]:
    return [Span(after=age, by=age) for age in ages]


@pytest.mark.parametrize(("median", "sigma"), [(60, 0.42), (15, 0.25), (240, 0.7)])
def test_exact_lognormal_durations_give_their_curve(median: float, sigma: float) -> None:
    curve = learn(exact(shuffled(lognormal_ages(COUNT, median, sigma))))

    for age in AGES:
        true = lognormal_survival(age, median, sigma)
        assert curve.survival_at(age) == pytest.approx(true, abs=0.03)


@pytest.mark.parametrize("mean", [10, 40, 150])
def test_exact_exponential_durations_give_their_curve(mean: float) -> None:
    curve = learn(exact(shuffled(exponential_ages(COUNT, mean))))

    for age in AGES:
        assert curve.survival_at(age) == pytest.approx(exponential_survival(age, mean), abs=0.03)


@pytest.mark.parametrize("seconds", [3, 10])
def test_durations_that_are_known_to_a_few_seconds_give_their_curve(seconds: float) -> None:
    curve = learn(seen_every(seconds, shuffled(lognormal_ages(COUNT, 60, 0.42))))

    for age in AGES:
        true = lognormal_survival(age, 60, 0.42)
        assert curve.survival_at(age) == pytest.approx(true, abs=0.03)


@pytest.mark.parametrize(("refused", "sigma"), [(0.3, 0.42), (0.5, 0.42), (0.4, 0.15)])
def test_failures_at_once_do_not_blur_the_ends_of_the_others(refused: float, sigma: float) -> None:
    few = int(refused * COUNT)
    ages = lognormal_ages(few, 2, 0.3) + lognormal_ages(COUNT - few, 60, sigma)

    curve = learn(exact(shuffled(ages)))

    for age in AGES:
        soon, late = lognormal_survival(age, 2, 0.3), lognormal_survival(age, 60, sigma)
        true = refused * soon + (1 - refused) * late
        assert curve.survival_at(age) == pytest.approx(true, abs=0.035)


def test_tasks_that_were_given_up_count_as_long_as_they_were_seen() -> None:
    """Half of them are cancelled at 50 s: to leave them out would make tasks look quicker."""
    ages = shuffled(lognormal_ages(2 * COUNT, 60, 0.42))
    kept, others = ages[:COUNT], ages[COUNT:]
    given_up = [Span(after=min(age, 50), by=age if age < 50 else None) for age in others]

    curve = learn([span for two in zip(exact(kept), given_up, strict=True) for span in two])

    for age in AGES:
        assert curve.survival_at(age) == pytest.approx(lognormal_survival(age, 60, 0.42), abs=0.03)


def test_with_nothing_seen_all_is_as_believed_but_for_a_flat_part() -> None:
    curve = estimate(empty(), COLD)

    assert np.all(curve.hazard >= COLD.hazard * 0.999)
    for age in (20.0, 60.0, 120.0):
        assert curve.survival_at(age) == pytest.approx(COLD.survival_at(age), abs=0.15)


def test_a_dozen_tasks_already_move_the_curve() -> None:
    curve = learn(exact(lognormal_ages(12, 15, 0.2)))

    assert curve.survival_at(30) < COLD.survival_at(30) / 1.5


def test_a_model_is_believed_to_be_like_its_kind() -> None:
    kind = lognormal(15, 0.25)

    model = learn(exact([14.0, 16.0]), prior=kind)

    assert model.survival_at(30) < 0.1


def test_a_plain_curve_believes_nothing() -> None:
    """Neither in what others take, nor that a task may end at any age."""
    tally = empty().plus(exact(lognormal_ages(COUNT, 60, 0.15)), COLD)

    curve = plain(tally)

    assert curve.weight == pytest.approx(COUNT)
    assert curve.survival_at(30) > 0.9999 > estimate(tally, COLD).survival_at(30)
    for age in AGES:
        assert curve.survival_at(age) == pytest.approx(lognormal_survival(age, 60, 0.15), abs=0.03)
    assert difficulty(curve) == pytest.approx(difficulty(lognormal(60, 0.15)), rel=0.03)


def test_the_plain_curve_of_nothing_never_ends() -> None:
    assert np.all(plain(empty()).hazard == LEAST_HAZARD)
