"""A first look comes sooner where what is known by now says so by far, and never later."""

from hypothesis import given
from hypothesis import strategies as st

from app.schedule.cold import cold_curve
from app.schedule.plan import HIGHEST, LOWEST, make_plan
from app.schedule.sooner import MUCH_SOONER, sooner

PLAN = make_plan(cold_curve("image"), floor=3.0, cap=30.0)
PRICE = 5.0
FIRST = PLAN.first(PRICE)


def test_a_look_that_was_planned_for_much_later_comes_when_it_would_now() -> None:
    assert sooner(PLAN, FIRST / MUCH_SOONER + 0.1, price=PRICE) == FIRST


def test_one_that_is_nearly_as_soon_stays_where_it_is() -> None:
    """Plans and prices move a little all the time."""
    assert sooner(PLAN, FIRST / MUCH_SOONER - 0.1, price=PRICE) is None
    assert sooner(PLAN, FIRST, price=PRICE) is None


@given(st.floats(0, 1e6), st.floats(LOWEST, HIGHEST))
def test_it_is_never_later_and_what_was_moved_is_not_moved_again(
    planned: float, price: float
) -> None:
    age = sooner(PLAN, planned, price=price)

    assert age is None or PLAN.floor <= age < planned
    assert age is None or sooner(PLAN, age, price=price) is None
