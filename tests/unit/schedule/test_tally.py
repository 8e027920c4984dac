"""A tally counts each end once, and each task's time until it was seen no more."""

import numpy as np
import pytest
from hypothesis import given, settings

from app.schedule.ages import EDGES, bin_of
from app.schedule.cold import cold_curve
from app.schedule.tally import MEMORY, Span, empty
from tests.unit.schedule.curves import constant, spans

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
    # Both so near the median of what is expected that neither is a surprise.
    young, old = Span(after=55, by=56), Span(after=58, by=59)
    tally = empty().plus([old] * int(MEMORY), COLD)

    for _ in range(4):
        tally = tally.plus([young] * int(MEMORY / 4), COLD)

    assert tally.weight == pytest.approx(MEMORY)
    assert tally.ended[EDGES[:-1] < 56].sum() > 0.55 * MEMORY
