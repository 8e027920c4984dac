"""The price of a poll settles where all together ask for what the budget allows."""

from collections.abc import Iterator
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.plan import HIGHEST, LOWEST
from app.schedule.price import ABOVE, Price, fair_rates, horizon, steer

CAP = 30.0
TICK = 0.25  # seconds
RATES = st.floats(0.01, 1000)


def loop(units: list[float], rate: float, *, price: float) -> Iterator[Price]:
    """Run the closed loop for some minutes: each task waits its unit x sqrt(price).

    No more than `rate` a second are asked; the longest due goes first.
    """
    known = Price(value=price, settled=price, at=0.0)
    live = len(units)
    due = [unit * sqrt(price) * place / live for place, unit in enumerate(units)]
    budget = 0.0
    for now in (TICK * number for number in range(1, round(400 / TICK))):
        budget = min(budget + rate * TICK, rate / 2 + 1)
        for place in sorted(range(live), key=due.__getitem__)[: int(budget)]:
            if due[place] > now:
                break
            budget -= 1
            due[place] = now + min(max(units[place] * sqrt(known.value), 1.0), CAP)
        soon = sum(one <= now + horizon(live, rate) for one in due)
        known = steer(known, due=soon, live=live, rate=rate, now=now, cap=CAP)
        yield known


def some(live: int) -> list[float]:
    """Make so many tasks, some of which need looks more than others."""
    return [float(unit) for unit in np.random.default_rng(5).uniform(2, 8, live)]


@pytest.mark.parametrize(("live", "rate"), [(100, 16.0), (250, 16.0), (40, 4.0), (60, 16.0)])
@pytest.mark.parametrize("start", [0.01, 0.5, 50.0])
def test_the_price_settles_where_the_demand_meets_the_budget(
    live: int, rate: float, start: float
) -> None:
    """Whatever it was before."""
    units = some(live)

    last = [price.value for price in loop(units, rate, price=start)][-round(100 / TICK) :]

    demand = [sum(1 / unit / sqrt(value) for unit in units) for value in last]
    assert sum(demand) / len(demand) == pytest.approx(rate, rel=0.1)


@pytest.mark.parametrize("live", [100, 250, 300])
@pytest.mark.parametrize("start", [0.01, 0.5, 50.0])
def test_a_price_that_has_settled_does_not_swing(live: int, start: float) -> None:
    """Without a memory of the prices that set the waits, it would by a factor of two."""
    last = [price.value for price in loop(some(live), 16.0, price=start)][-round(100 / TICK) :]

    assert max(last) < 1.4 * min(last)


def test_a_budget_that_nobody_needs_is_free() -> None:
    *_, price = loop(some(3), 16.0, price=1.0)

    assert price.value < 3 * LOWEST


@settings(max_examples=300, deadline=None)
@given(st.floats(-5, 5), st.integers(0, 10**6), st.integers(1, 10**6), RATES, st.floats(-100, 1e9))
def test_no_demand_and_no_clock_takes_the_price_out_of_its_bounds(
    power: float, due: int, live: int, rate: float, now: float
) -> None:
    value = exp(power)
    price = steer(
        Price(value=value, settled=value), due=due, live=live, rate=rate, now=now, cap=CAP
    )

    assert LOWEST * 0.999 <= price.value <= HIGHEST * 1.001
    assert price.settled > 0
    assert price.at == now


def test_a_clock_that_went_back_moves_nothing() -> None:
    before = Price(value=1.0, settled=1.0, at=100.0)

    after = steer(before, due=1000, live=1000, rate=1.0, now=50.0, cap=CAP)

    assert after.value == pytest.approx(1.0)
    assert after.settled == pytest.approx(1.0)


def test_half_the_budget_asks_four_times_the_price() -> None:
    price = Price(value=1.0, settled=1.0, at=0.0)
    ahead = horizon(100, 10.0)

    after = steer(price, due=round(2 * 10 * ABOVE * ahead), live=100, rate=10.0, now=1e6, cap=CAP)

    assert log(after.value) == pytest.approx(log(4), abs=0.05)


DEMANDS = st.dictionaries(st.integers(0, 50), st.floats(0, 1e4), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(DEMANDS, RATES)
def test_shares_use_the_whole_budget(demand: dict[int, float], rate: float) -> None:
    shares = fair_rates(demand, rate)

    got = {one: min(share, demand[one]) for one, share in shares.items()}
    wanted = sum(demand.values())
    assert sum(got.values()) == pytest.approx(min(rate, wanted), rel=1e-6, abs=1e-9)


@settings(max_examples=300, deadline=None)
@given(DEMANDS, RATES)
def test_who_gets_less_than_it_wants_gets_as_much_as_anyone(
    demand: dict[int, float], rate: float
) -> None:
    shares = fair_rates(demand, rate)

    got = {one: min(share, demand[one]) for one, share in shares.items()}
    short = [one for one in demand if got[one] < demand[one] * (1 - 1e-9)]
    assert all(got[one] >= max(got.values()) * (1 - 1e-9) for one in short)


def test_where_all_want_little_each_gets_in_proportion() -> None:
    assert fair_rates({1: 1.0, 2: 3.0}, 8.0) == {1: 2.0, 2: 6.0}
    assert fair_rates({1: 0.0, 2: 0.0}, 8.0) == {1: 4.0, 2: 4.0}
    assert fair_rates({}, 8.0) == {}
