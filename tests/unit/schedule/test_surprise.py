"""What fits does not surprise, and a model that has changed is noticed after some dozens of ends."""

from random import Random
from statistics import fmean

import pytest

from app.schedule.cold import lognormal
from app.schedule.surprise import NONE, REMEMBERED, Surprise
from app.schedule.tally import Span, _place, empty
from tests.unit.schedule.curves import lognormal_ages, seen_every

CURVE = lognormal(60, 0.42)


def places(spans: list[Span]) -> list[float]:
    return [_place(span, CURVE) for span in spans]


def drawn(chance: Random, count: int, *, median: float) -> list[Span]:
    """Draw tasks that end as a lognormal says, known exactly."""
    ages = [median * 2.718281828 ** (0.42 * chance.gauss(0, 1)) for _ in range(count)]
    return [Span(after=age, by=age) for age in ages]


@pytest.mark.parametrize("seed", range(20))
def test_what_fits_is_never_too_much(seed: int) -> None:
    surprise = NONE

    for place in places(drawn(Random(seed), 500, median=60)):
        surprise = surprise.after([place])
        assert not surprise.is_too_much


def noticed(surprise: Surprise, chance: Random, *, median: float) -> int:
    """Count the ends, with another median from now on, until it is too much."""
    count = 0
    while not surprise.is_too_much:
        surprise = surprise.after(places(drawn(chance, 1, median=median)))
        count += 1
    return count


@pytest.mark.parametrize("median", [30, 120])
def test_half_or_twice_the_duration_is_noticed_after_a_dozen_ends(median: float) -> None:
    counts = [noticed(NONE, Random(seed), median=median) for seed in range(20)]

    assert fmean(counts) <= 15
    assert max(counts) <= 20


@pytest.mark.parametrize("median", [30, 120])
def test_where_many_fitted_before_it_is_noticed_after_three_dozens(median: float) -> None:
    """What is remembered of them speaks against a change at first."""
    counts = []
    for seed in range(20):
        chance = Random(seed)
        fitting = NONE.after(places(drawn(chance, 500, median=60)))
        counts.append(noticed(fitting, chance, median=median))

    assert fmean(counts) <= 36
    assert max(counts) <= 60


@pytest.mark.parametrize("seconds", [0.5, 3, 10, 30])
def test_where_the_curve_fits_ends_lie_in_the_middle_though_only_an_interval_is_known(
    seconds: float,
) -> None:
    found = places(seen_every(seconds, lognormal_ages(2000, 60, 0.42)))

    assert sum(found) / len(found) == pytest.approx(0.5, abs=0.01)


def test_one_end_says_nothing() -> None:
    assert not NONE.after([0.0]).is_too_much
    assert not NONE.after([1.0] * 6).is_too_much
    assert NONE.after([1.0] * 8).is_too_much


def test_only_the_latest_ends_are_remembered() -> None:
    long_ago = NONE.after([0.9] * 10 + [0.5] * 1000)

    assert long_ago.ends == REMEMBERED
    assert long_ago.off == pytest.approx(0, abs=1e-6)


def test_what_is_counted_in_one_go_or_in_many_surprises_alike() -> None:
    some = [0.1, 0.9, 0.4] * 30
    one_by_one = NONE
    for place in some:
        one_by_one = one_by_one.after([place])

    assert NONE.after(some) == one_by_one
    assert NONE.after([]) == Surprise()


def test_a_task_that_was_seen_no_more_is_no_surprise() -> None:
    tally = empty().plus([Span(after=1.0, by=None)] * 100, CURVE)

    assert tally.surprise == NONE
