"""The price of a poll is that at which all together ask for what the budget allows."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.ages import Floats
from app.schedule.cold import lognormal
from app.schedule.plan import HIGHEST, LOWEST, PRICES, Plan, make_plan
from app.schedule.price import (
    ABOVE,
    CATCH_UP,
    LEAST,
    demand,
    fair_rates,
    is_free,
    price_for,
)
from tests.unit.schedule.curves import constant

PLANS = [
    make_plan(curve, floor=3, cap=30)
    for curve in (lognormal(60, 0.42), lognormal(15, 0.25), constant(1 / 40))
]
USUAL = PLANS[0]
HUNDRED = [float(age) for age in range(100)]
AGES = st.lists(st.floats(0, 1e5), max_size=200)
CROWDS = st.tuples(st.sampled_from(PLANS), AGES, st.integers(0, 100))


def at(price: float, wanted: Floats) -> float:
    """Return the demand at a price, between those of the table."""
    return float(np.interp(np.log(price), np.log(PRICES), wanted))


def asked_for(plan: Plan, ages: Sequence[float], price: float) -> float:
    """Return how many polls a second these tasks make when each waits as the plan says."""
    return sum(1 / plan.wait(age, price) for age in ages)


@settings(max_examples=200, deadline=None)
@given(CROWDS, st.floats(0.01, 0.99))
def test_at_the_price_all_together_ask_for_a_little_more_than_there_is(
    crowd: tuple[Plan, list[float], int], share: float
) -> None:
    """Wherever any price can do that, within a per cent."""
    plan, ages, fresh = crowd
    wanted = demand(plan, ages, fresh=fresh)
    least, most = wanted.min(), wanted[0]
    rate = float(least + share * (most - least)) / ABOVE

    price = price_for(wanted, rate=rate)

    assert at(price, np.minimum.accumulate(wanted)) == pytest.approx(ABOVE * rate, rel=0.01)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(PLANS), st.lists(st.floats(0, 300), min_size=1, max_size=50), st.integers(0, 35)
)
def test_the_demand_is_what_the_waits_of_the_plan_come_to(
    plan: Plan, ages: list[float], place: int
) -> None:
    wanted = demand(plan, ages, fresh=0)

    price = float(PRICES[place])
    assert wanted[place] == pytest.approx(asked_for(plan, ages, price), rel=1e-6)


@settings(max_examples=100, deadline=None)
@given(CROWDS)
def test_the_dearer_a_poll_the_less_is_asked_for(crowd: tuple[Plan, list[float], int]) -> None:
    plan, ages, fresh = crowd

    wanted = demand(plan, ages, fresh=fresh)

    # A grid of waits leaves steps; none is of more than a per cent.
    assert np.all(np.diff(wanted) <= 0.01 * wanted[:-1])


@settings(max_examples=100, deadline=None)
@given(CROWDS, st.floats(0.01, 1000), st.integers(0, 10_000))
def test_the_price_stays_within_the_table(
    crowd: tuple[Plan, list[float], int], rate: float, late: int
) -> None:
    plan, ages, fresh = crowd

    price = price_for(demand(plan, ages, fresh=fresh), rate=rate, late=late)

    assert LOWEST * 0.999 <= price <= HIGHEST * 1.001


def test_where_there_is_enough_for_all_polls_are_free() -> None:
    """At the floor a hundred tasks want 33 polls a second."""
    wanted = demand(USUAL, HUNDRED, fresh=0)

    assert price_for(wanted, rate=34) == LOWEST
    assert is_free(price_for(wanted, rate=34))
    assert not is_free(price_for(wanted, rate=30))
    assert price_for(demand(USUAL, [], fresh=0), rate=0.01) == LOWEST


def test_where_nothing_helps_the_price_is_the_highest() -> None:
    """At the cap a hundred tasks still want 3 polls a second."""
    wanted = demand(USUAL, HUNDRED, fresh=0)

    assert price_for(wanted, rate=1) == pytest.approx(HIGHEST)


def test_what_is_late_is_asked_for_at_the_expense_of_the_others() -> None:
    wanted = demand(USUAL, HUNDRED, fresh=0)

    prices = [price_for(wanted, rate=15, late=late) for late in (0, 10, 30)]

    assert prices == sorted(set(prices))
    assert at(prices[2], wanted) == pytest.approx(ABOVE * 15 - 30 / CATCH_UP, rel=0.01)


def test_what_is_late_takes_no_more_than_the_rest_of_the_rate() -> None:
    wanted = demand(USUAL, HUNDRED, fresh=0)
    rate = float(wanted[20]) / LEAST

    price = price_for(wanted, rate=rate, late=10**6)

    assert price == pytest.approx(PRICES[20], rel=0.01)
    assert price == price_for(wanted, rate=rate, late=10**7)


def test_a_task_of_weight_four_asks_as_if_polls_were_four_times_cheaper() -> None:
    once, heavy = demand(USUAL, HUNDRED, fresh=9), demand(USUAL, HUNDRED, fresh=9, weight=4)

    for price in (0.01, 0.2, 5.0):
        assert at(price, heavy) == pytest.approx(at(price / 4, once), rel=0.01)
    assert at(5.0, heavy) > 1.3 * at(5.0, once)


def test_a_new_task_wants_one_look_by_the_age_of_its_first() -> None:
    wanted = demand(USUAL, [], fresh=7)

    assert wanted == pytest.approx(7 / np.array(USUAL.firsts))


def test_densities_are_those_of_the_ages_in_their_order() -> None:
    """What is older than the plan is as its oldest, and what is not born yet as its youngest."""
    rows = USUAL.densities_at([60.0, 5.0, 1e9, -1.0, 60.0])

    assert rows.shape == (5, len(PRICES))
    assert rows[0] == pytest.approx(1 / USUAL.table[int(60 / USUAL.step)])
    assert rows[2] == pytest.approx(1 / USUAL.table[-1])
    assert rows[3] == pytest.approx(1 / USUAL.table[0])
    assert list(rows[4]) == list(rows[0])
    assert USUAL.densities_at([]).shape == (0, len(PRICES))


DEMANDS = st.dictionaries(st.integers(0, 50), st.floats(0, 1e4), min_size=1, max_size=12)
RATES = st.floats(0.01, 1000)


def got(wanted: dict[int, float], rate: float) -> dict[int, float]:
    """Return what each gets that may have no more than its share, and wants no more than it wants."""
    return {one: min(share, wanted[one]) for one, share in fair_rates(wanted, rate).items()}


@settings(max_examples=300, deadline=None)
@given(DEMANDS, RATES)
def test_shares_use_the_whole_rate_and_no_more(wanted: dict[int, float], rate: float) -> None:
    assert sum(got(wanted, rate).values()) == pytest.approx(min(rate, sum(wanted.values())))


@settings(max_examples=300, deadline=None)
@given(DEMANDS, RATES)
def test_who_gets_less_than_it_wants_gets_as_much_as_anyone(
    wanted: dict[int, float], rate: float
) -> None:
    shared = got(wanted, rate)

    short = [one for one in wanted if shared[one] < wanted[one] * (1 - 1e-9)]
    assert all(shared[one] >= max(shared.values()) * (1 - 1e-9) for one in short)


def test_where_all_want_less_than_there_is_each_may_have_the_whole() -> None:
    assert fair_rates({1: 1.0, 2: 3.0}, 8.0) == {1: 8.0, 2: 8.0}
    assert fair_rates({}, 8.0) == {}


def test_what_one_leaves_is_the_others() -> None:
    shared = got({1: 1.0, 2: 30.0, 3: 90.0}, 9.0)

    assert shared == pytest.approx({1: 1.0, 2: 4.0, 3: 4.0})
