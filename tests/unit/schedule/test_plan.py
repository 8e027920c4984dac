"""Plans look as often as it is worth, and cost as little as any schedule can."""

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest

from app.schedule.ages import EDGES, Floats
from app.schedule.cold import lognormal
from app.schedule.curve import Curve, difficulty
from app.schedule.plan import HIGHEST, LOWEST, Plan, make_plan
from tests.unit.schedule.curves import constant, cost_by_definition, lognormal_ages

IMAGES = lognormal(60, 0.42)
FREE = make_plan(IMAGES, floor=0.5, cap=120)
USUAL = make_plan(IMAGES, floor=3, cap=30)


def cost(plan: Plan, ages: list[float], price: float) -> tuple[float, float]:
    """Return the looks a task takes, and the delay in seconds after which its end is seen."""
    polls, delay = 0, 0.0
    for age in ages:
        look = plan.first(price)
        polls += 1
        while look < age:
            look += plan.wait(look, price)
            polls += 1
        delay += look - age
    return polls / len(ages), delay / len(ages)


@pytest.mark.parametrize("price", [0.05, 0.2, 1.0])
def test_a_plan_costs_no_more_than_keller_s_bound(price: float) -> None:
    """Nor less, which would be a bound wrongly counted."""
    polls, delay = cost(FREE, lognormal_ages(2000, 60, 0.42), price)

    bound = sqrt(2 * price) * difficulty(IMAGES)
    assert price * polls + delay == pytest.approx(bound, rel=0.02)


def test_a_plan_does_as_well_as_the_best_that_trying_all_finds() -> None:
    """On a grid so coarse that every schedule of looks can be weighed."""
    step, count, price = 10.0, 12, 5.0
    ages: Floats = np.arange(count + 1) * np.float64(step)
    hazard = np.where(EDGES[:-1] < 50, 0.002, np.where(EDGES[:-1] < 80, 0.08, 0.02))
    curve = Curve(hazard)

    best = min(_weigh(curve, ages[1:], chosen, price) for chosen in range(1 << (count - 1)))

    plan = make_plan(curve, floor=step, cap=count * step)
    looks, look = [], plan.first(price)
    while look < ages[-1]:
        looks.append(look)
        look += plan.wait(look, price)
    assert _cost_of(curve, [*looks, float(ages[-1])], price) <= best * 1.01


@pytest.mark.parametrize("price", [0.1, 1.0, 10.0])
def test_where_age_tells_nothing_the_wait_is_the_best_even_one(price: float) -> None:
    """Of an exponential: a look costs p, and u - (1 - e^-hu) / h of delay, until one succeeds."""
    hazard = 1 / 40
    waits = np.geomspace(0.5, 120, 20_000)
    ends = -np.expm1(-hazard * waits)
    best = waits[np.argmin((price + waits - ends / hazard) / ends)]

    plan = make_plan(constant(hazard), floor=0.5, cap=120)

    for age in (0, 30, 90):
        assert plan.wait(age, price) == pytest.approx(best, rel=0.06)


def test_looks_are_dense_where_tasks_end_and_rare_where_they_do_not() -> None:
    assert USUAL.wait(5, 0.5) > 3 * USUAL.wait(75, 0.5)
    assert USUAL.first(0.5) > 15


def test_the_dearer_a_look_the_longer_the_wait() -> None:
    prices = np.geomspace(LOWEST, HIGHEST, 50)
    waits = [USUAL.wait(60, price) for price in prices]

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (3, 30)


@pytest.mark.parametrize("price", [0.0, LOWEST])
@pytest.mark.parametrize("age", [0, 7.7, 60, 10_000])
def test_where_looks_are_free_the_wait_is_the_floor(age: float, price: float) -> None:
    assert USUAL.wait(age, price) == 3
    assert USUAL.first(price) == 3


def test_a_floor_that_is_the_cap_leaves_no_choice() -> None:
    even = make_plan(IMAGES, floor=5, cap=5)

    assert {even.wait(age, price) for age in (0, 60, 900) for price in (0, 1, 1e6)} == {5}


def _weigh(curve: Curve, ages: Floats, chosen: int, price: float) -> float:
    looks = [float(age) for place, age in enumerate(ages[:-1]) if chosen >> place & 1]
    return _cost_of(curve, [*looks, float(ages[-1])], price)


def _cost_of(curve: Curve, looks: list[float], price: float) -> float:
    """Return what these looks cost in polls and in delay, the last of them seeing what is left."""
    left = [curve.survival_at(age) for age in [0.0, *looks[:-1]]]
    return price * sum(left) + sum(
        cost_by_definition(curve, start, end, price) for start, end in pairwise([0.0, *looks])
    )
