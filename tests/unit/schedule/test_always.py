"""Whatever is seen, in whatever order, no curve and no plan comes out silly."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.schedule.ages import Floats
from app.schedule.cold import cold_curve
from app.schedule.curve import Curve
from app.schedule.estimate import estimate
from app.schedule.learn import learnt
from app.schedule.plan import make_plan
from app.schedule.tally import AFRESH, Span, empty
from tests.unit.schedule.curves import AGES, hazards, spans

PRICES = st.one_of(st.floats(0, 1000), st.sampled_from([0.0, 1e-3, 200.0, 1e9]))
COLD = cold_curve("image")


@settings(max_examples=100, deadline=None)
@given(st.lists(spans(), max_size=6), st.floats(0, 1e6))
def test_whatever_was_seen_gives_a_curve_that_falls(
    rounds: list[list[Span]], passed: float
) -> None:
    tally = empty()
    for some in rounds:
        tally = learnt(tally, some, COLD, passed=passed)

    model = estimate(tally, estimate(tally, COLD))

    for values in (model.hazard, model.survival, model.lived, model.ending):
        assert np.all(np.isfinite(values))
    assert np.all(model.hazard > 0)
    assert np.all(np.diff(model.survival) <= 0)
    assert 0 <= model.value(60, 3) <= 3


@settings(max_examples=60, deadline=None)
@given(st.lists(spans(), max_size=3))
def test_the_number_of_ends_does_not_depend_on_their_order(rounds: list[list[Span]]) -> None:
    """Of so few that none is forgotten, however much the others surprise."""
    ends = sum(span.by is not None for some in rounds for span in some)
    assume(ends <= AFRESH)
    one_by_one = empty()
    for some in reversed(rounds):
        for span in reversed(some):
            one_by_one = learnt(one_by_one, [span], COLD, passed=0)

    together = learnt(empty(), [span for some in rounds for span in some], COLD, passed=0)

    assert one_by_one.weight == pytest.approx(ends)
    assert together.weight == pytest.approx(ends)


@settings(max_examples=12, deadline=None)
@given(spans(), st.lists(st.tuples(AGES, PRICES), min_size=1))
def test_whatever_was_seen_waits_stay_between_floor_and_cap(
    some: list[Span], asked: list[tuple[float, float]]
) -> None:
    plan = make_plan(estimate(empty().plus(some, COLD), COLD), floor=3, cap=30)

    assert all(3 <= plan.wait(age, price) <= 30 for age, price in asked)
    assert all(0 <= plan.first(price) < float("inf") for _, price in asked)


@settings(max_examples=12, deadline=None)
@given(
    hazards(),
    st.tuples(st.floats(0.05, 600), st.floats(0.05, 600)).map(sorted),
    st.lists(st.tuples(AGES, PRICES), min_size=1),
)
def test_whatever_the_curve_waits_stay_between_floor_and_cap(
    hazard: Floats, limits: list[float], asked: list[tuple[float, float]]
) -> None:
    floor, cap = limits

    plan = make_plan(Curve(hazard), floor=floor, cap=cap)

    assert all(floor <= plan.wait(age, price) <= cap for age, price in asked)
    assert all(0 <= plan.first(price) < float("inf") for _, price in asked)
