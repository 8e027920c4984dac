"""A few tasks are looked at early, where nobody else is for long, and more of them where that is in doubt."""

from dataclasses import replace
from statistics import fmean

import pytest

from app.schedule.cold import lognormal
from app.schedule.curve import Curve
from app.schedule.plan import LOWEST, make_plan
from app.schedule.scouts import AGE, IN_DOUBT, SHARE, first_age, is_scout, lot
from tests.unit.schedule.curves import constant

NARROW = lognormal(80, 0.3)
PLAN = make_plan(NARROW, floor=3, cap=30)
PRICE = 2.0
LOTS = [lot(f"img_{number}") for number in range(4000)]


def test_lots_are_even_and_always_the_same() -> None:
    assert lot("img_1") == lot("img_1") != lot("img_2")
    assert all(0 <= one < 1 for one in LOTS)
    for share in (SHARE, IN_DOUBT):
        assert fmean(one < share for one in LOTS) == pytest.approx(share, abs=0.025)


def test_a_scout_looks_at_half_the_age_and_all_others_when_the_plan_says() -> None:
    assert first_age(PLAN, PRICE, 0.0) == AGE * PLAN.first(PRICE)
    assert first_age(PLAN, PRICE, SHARE) == PLAN.first(PRICE)
    assert first_age(PLAN, PRICE, 1.0) == PLAN.first(PRICE)


def test_after_a_scout_said_not_yet_the_plan_goes_on_where_it_would_have_begun() -> None:
    """As far as its cap allows."""
    age = first_age(PLAN, PRICE, 0.0)

    assert age + PLAN.wait(age, PRICE) == pytest.approx(PLAN.first(PRICE), abs=3)


def test_where_tasks_may_have_become_faster_half_of_them_are_scouts() -> None:
    doubtful = make_plan(replace(NARROW, is_suspected=True), floor=3, cap=30)

    assert not is_scout(PLAN, PRICE, IN_DOUBT - 0.01)
    assert is_scout(doubtful, PRICE, IN_DOUBT - 0.01)
    assert not is_scout(doubtful, PRICE, IN_DOUBT)


@pytest.mark.parametrize(
    ("curve", "price"),
    [
        (constant(1 / 60), PRICE),  # Nobody knows when to look, so that all look all the time.
        (lognormal(60, 0.9), PRICE),
        (lognormal(15, 0.3), PRICE),  # The first look is soon enough.
        (NARROW, LOWEST),  # Polls are free.
    ],
)
def test_where_the_plan_is_not_blind_for_long_there_are_no_scouts(
    curve: Curve, price: float
) -> None:
    plan = make_plan(replace(curve, is_suspected=True), floor=3, cap=30)

    assert not is_scout(plan, price, 0.0)
    assert first_age(plan, price, 0.0) == plan.first(price)
