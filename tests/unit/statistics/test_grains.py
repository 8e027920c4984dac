"""A window is put together of whole stretches, and reaches at least as far back as it says."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import EPOCH
from app.statistics.grains import OF, STRETCHES, Grain, Window, oldest, reach, stretches_of
from tests.build import NOW

DAY = timedelta(days=1)
AGES = st.timedeltas(min_value=timedelta(), max_value=60 * DAY)


@given(AGES, st.timedeltas(min_value=timedelta(), max_value=DAY))
def test_what_ended_within_a_window_is_in_it(age: timedelta, passed: timedelta) -> None:
    """Whenever it was added, and whenever it is read."""
    at, read = NOW - age, NOW + passed
    places = set(stretches_of(at, now=NOW))
    for window in Window:
        grain, since = reach(window, now=read)

        of_grain = [start for found, start in places if found is grain]
        if window is Window.ALL or read - at <= OF[window][1]:
            assert of_grain
            assert of_grain[0] >= since


@given(AGES)
def test_it_counts_once_for_each_grain(age: timedelta) -> None:
    grains = [grain for grain, _ in stretches_of(NOW - age, now=NOW)]

    assert len(grains) == len(set(grains))
    assert Grain.ALL in grains


@pytest.mark.parametrize("grain", STRETCHES)
def test_what_a_window_still_needs_is_kept(grain: Grain) -> None:
    for window, (of, _) in OF.items():
        if of is grain:
            assert oldest(grain, now=NOW) <= reach(window, now=NOW)[1]


def test_all_time_is_one_stretch() -> None:
    assert reach(Window.ALL, now=NOW) == (Grain.ALL, EPOCH)


def test_windows_begin_where_a_stretch_does() -> None:
    """So that they tell exactly what they hold."""
    now = NOW + timedelta(minutes=7, seconds=3)

    assert reach(Window.HOUR, now=now)[1] == NOW - timedelta(minutes=55)
    assert reach(Window.DAY, now=now)[1] == NOW - DAY
    assert reach(Window.WEEK, now=now)[1] == NOW.replace(hour=0) - 7 * DAY
