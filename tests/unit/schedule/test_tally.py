"""A tally counts each end once, and each task's time until it was seen no more."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings

from app.schedule.ages import EDGES, bin_of
from app.schedule.cold import cold_curve, lognormal
from app.schedule.curve import Curve
from app.schedule.doubt import NO_DOUBT
from app.schedule.surprise import NONE
from app.schedule.tally import AFRESH, EVENLY, MEMORY, Span, empty
from tests.unit.schedule.curves import constant, exponential_ages, shuffled, spans

COLD = cold_curve("image")


@settings(max_examples=300, deadline=None)
@given(spans())
def test_every_end_counts_one_whatever_was_seen(some: list[Span]) -> None:
    tally = empty().plus(some, COLD)

    assert tally.weight == pytest.approx(sum(span.by is not None for span in some))
    assert np.all(tally.ended >= 0)
    assert np.all(tally.exposed >= 0)
    assert np.all(np.isfinite(tally.exposed))


@pytest.mark.parametrize("age", [0.1, 0.25, 9.99, 10.0, 61.3, 7000.0])
def test_a_task_is_exposed_up_to_its_end(age: float) -> None:
    ended = empty().plus([Span(after=age, by=age)], COLD)
    unseen = empty().plus([Span(after=age, by=None)], COLD)

    assert ended.exposed.sum() == pytest.approx(age)
    assert unseen.exposed.sum() == pytest.approx(age)
    assert ended.weight == pytest.approx(1)
    assert unseen.weight == 0


def test_an_end_lies_within_its_interval_where_the_curve_has_it() -> None:
    tally = empty().plus([Span(after=20, by=200)], COLD)

    inside = slice(bin_of(20), bin_of(200) + 1)
    likely = COLD.ending[inside] / COLD.ending[inside].sum()
    assert tally.ended[inside].sum() == pytest.approx(1)
    assert np.abs(tally.ended[inside] - likely).sum() < 0.25
    assert 20 < tally.exposed.sum() < 200


def test_what_was_mixed_in_draws_no_ends_to_where_none_was_seen() -> None:
    """Half of the curve is flat, and all that was seen is in the last seconds of the interval."""
    hazard = np.where(EDGES[:-1] < 50, 0.004, 0.5)
    mixed = Curve(hazard, flat=0.004)

    tally = empty().plus([Span(after=0, by=55)] * 100, mixed)

    young = tally.ended[EDGES[:-1] < 50].sum()
    assert young == pytest.approx(100 * EVENLY * 50 / 55, rel=0.02)


def test_where_the_curve_has_nothing_an_end_is_spread_evenly() -> None:
    tally = empty().plus([Span(after=500, by=510)], constant(50.0))

    assert tally.weight == pytest.approx(1)
    assert tally.exposed.sum() == pytest.approx(505, abs=0.1)


def test_what_fades_keeps_its_shape() -> None:
    tally = empty().plus([Span(after=20, by=60), Span(after=70, by=None)], COLD)

    half = tally.fading(0.5)

    assert half.weight == pytest.approx(tally.weight / 2)
    assert half.exposed == pytest.approx(tally.exposed / 2)


def test_only_the_latest_ends_are_remembered() -> None:
    """Though nothing about them is a surprise."""
    young, old = Span(after=3, by=4), Span(after=100, by=101)
    tally = empty().plus([old] * int(MEMORY), constant(log(2) / 100.5))

    for _ in range(4):
        tally = tally.plus([young] * int(MEMORY / 4), constant(log(2) / 3.5))

    assert tally.weight == pytest.approx(MEMORY)
    assert tally.ended[EDGES[:-1] < 5].sum() > 0.55 * MEMORY


def test_what_no_longer_fits_is_forgotten_but_for_a_little() -> None:
    """Also where it is hardly more than that."""
    curve = constant(1 / 60)
    for known in (400, int(AFRESH), 3):
        before = empty().plus([Span(after=60, by=60)] * known, curve)

        after = before.plus([Span(after=0.5, by=1.0)] * 50, curve)

        assert after.weight == pytest.approx(min(known, AFRESH) + 50)
        assert after.ended[EDGES[:-1] < 5].sum() == pytest.approx(50)
        assert after.surprise == NONE


def test_a_handful_of_ends_that_are_far_too_early_are_a_beginning_afresh() -> None:
    """If their first look found them: what was seen unfinished before was not that early."""
    curve = lognormal(80, 0.3)
    known = empty().plus([Span(after=75, by=80)] * 400, curve)
    first, later = Span(after=0.0, by=25.0), Span(after=24.0, by=25.0)

    assert known.plus([later] * 6, curve).weight == pytest.approx(406)
    assert known.plus([first] * 4, curve).weight == pytest.approx(404)
    assert known.plus([first] * 6, curve).weight == pytest.approx(AFRESH + 6)
    assert known.plus([first] * 6, curve).doubt == NO_DOUBT


def test_a_tally_that_fits_begins_not_afresh() -> None:
    curve = constant(1 / 60)
    fitting = [Span(after=age, by=age) for age in shuffled(exponential_ages(200, 60))]

    tally = empty().plus(fitting, curve).plus(fitting, curve)

    assert tally.weight == pytest.approx(400)
    assert tally.surprise != NONE
