"""A first look comes sooner where what is known by now says so by far, and never later."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.schedule.cold import cold_curve, lognormal
from app.schedule.plan import HIGHEST, LOWEST, make_plan
from app.schedule.scouts import first_age
from app.schedule.sooner import MUCH_SOONER, sooner

PLAN = make_plan(cold_curve("image"), floor=3.0, cap=30.0)
BLIND = make_plan(lognormal(80, 0.3), floor=3.0, cap=30.0)
PRICE = 5.0
FIRST = PLAN.first(PRICE)


def test_a_look_that_was_planned_for_much_later_comes_when_it_would_now() -> None:
    assert sooner(PLAN, FIRST / MUCH_SOONER + 0.1, price=PRICE, lot=1.0) == FIRST


def test_one_that_is_nearly_as_soon_stays_where_it_is() -> None:
    """Plans and prices move a little all the time."""
    assert sooner(PLAN, FIRST / MUCH_SOONER - 0.1, price=PRICE, lot=1.0) is None
    assert sooner(PLAN, FIRST, price=PRICE, lot=1.0) is None


def test_a_scout_that_was_none_when_it_came_comes_sooner_and_one_that_was_stays() -> None:
    """Once more tasks are scouts, because theirs may have become faster."""
    doubtful = replace(BLIND, is_suspected=True)
    first, half = first_age(BLIND, PRICE, 1.0), first_age(BLIND, PRICE, 0.0)

    assert sooner(BLIND, first, price=PRICE, lot=0.3) is None
    assert sooner(doubtful, first, price=PRICE, lot=0.3) == half < first
    assert sooner(BLIND, half, price=PRICE, lot=0.0) is None


@given(st.floats(0, 1e6), st.floats(LOWEST, HIGHEST), st.floats(0, 1))
def test_it_is_never_later_and_what_was_moved_is_not_moved_again(
    planned: float, price: float, lot: float
) -> None:
    age = sooner(PLAN, planned, price=price, lot=lot)

    assert age is None or PLAN.floor <= age < planned
    assert age is None or sooner(PLAN, age, price=price, lot=lot) is None
