"""What delay costs is what its definition adds up to, on a grid and all prices at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.ages import EDGES, Floats
from app.schedule.cold import lognormal
from app.schedule.curve import Curve
from app.schedule.delay import Delay
from tests.unit.schedule.curves import cost_by_definition, hazards

AGES: Floats = np.arange(2001) * np.float64(0.25)
PRICES = np.array([0.01, 1.0, 100.0])
IMAGES = lognormal(60, 0.42)


def cost(curve: Curve, start: float, wait: float) -> list[float]:
    """Return what the wait costs, price by price."""
    places = np.array([start + wait]) / 0.25
    there = places.astype(int)
    found = Delay.of(curve, AGES, PRICES).cost(
        int(start / 0.25), np.array([wait]), there, places - there
    )
    return [float(one) for one in found[0]]


@pytest.mark.parametrize(("start", "wait"), [(0, 40), (0, 70.1), (35, 0.6), (60, 9.9), (130, 60)])
def test_a_wait_costs_what_ends_in_it_adds_up_to(start: float, wait: float) -> None:
    by_definition = [cost_by_definition(IMAGES, start, start + wait, p) for p in PRICES]

    assert cost(IMAGES, start, wait) == pytest.approx(by_definition, rel=0.02, abs=1e-4)


def test_what_ends_where_next_to_nothing_does_is_not_squared() -> None:
    """Though a wait that is all of that is a long one, and its square is a hundred times as much."""
    hazard = np.where(EDGES[:-1] < 100, 1e-5, 0.5)

    dear, cheap = cost(Curve(hazard), 0, 95)[::2]

    assert dear == pytest.approx(cheap)


@settings(max_examples=100, deadline=None)
@given(hazards(), st.integers(0, 1000), st.floats(0.5, 200))
def test_whatever_the_curve_no_wait_earns_anything(hazard: Floats, start: int, wait: float) -> None:
    assert min(cost(Curve(hazard), start / 4, wait)) >= -1e-6
