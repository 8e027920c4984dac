"""Times are counted in bins, and each quantile is known to within a part of itself."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics.bins import GAMMA, LAST, UNIT, bin_of, quantile, seconds_of

ERROR = (GAMMA - 1) / (GAMMA + 1)
TIMES = st.timedeltas(min_value=UNIT, max_value=timedelta(days=365))


@given(TIMES)
def test_what_stands_for_a_bin_is_as_near_as_promised(time: timedelta) -> None:
    """Within 4.4 %; half a bin for what is shorter than the first."""
    assert seconds_of(bin_of(time)) == pytest.approx(time.total_seconds(), rel=ERROR + 1e-9)
    assert ERROR < 0.044


@given(TIMES, TIMES)
def test_the_longer_of_two_is_in_no_earlier_bin(one: timedelta, other: timedelta) -> None:
    assert (bin_of(one) <= bin_of(other)) or one > other


@pytest.mark.parametrize("time", [timedelta(), UNIT / 2, UNIT, timedelta(microseconds=1)])
def test_what_is_shorter_than_the_unit_counts_as_that(time: timedelta) -> None:
    assert bin_of(time) == 0


def test_what_no_clock_can_mean_is_in_the_last() -> None:
    assert bin_of(timedelta.max) == LAST


@pytest.mark.parametrize("part", [0.0, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("count", [1, 2, 19, 1000])
def test_a_quantile_is_that_of_the_times_themselves(part: float, count: int) -> None:
    """As near as a bin is."""
    chance = random.Random(count)
    times = sorted(chance.lognormvariate(2, 1) for _ in range(count))

    found = quantile(Counter(bin_of(timedelta(seconds=one)) for one in times), part)

    exact = times[int(part * (count - 1))]
    assert found == pytest.approx(exact, rel=ERROR + 1e-3)


def test_of_nothing_there_is_none() -> None:
    assert quantile({}, 0.5) is None
