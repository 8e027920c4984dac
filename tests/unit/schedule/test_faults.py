"""After faults the wait grows up to half a minute, and a wait that was asked for is believed."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.faults import CAP, FIRST, LONGEST_PAUSE, wait_after_fault

SECOND = timedelta(seconds=1)
COUNTS = st.integers(0, 10**12)
JITTERS = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("faults", "seconds"),
    [(0, 2), (1, 2), (2, 3), (3, 4.5), (4, 6.75), (5, 10.125), (8, 30), (10**6, 30)],
)
def test_the_wait_grows_from_two_seconds_to_half_a_minute(faults: int, seconds: float) -> None:
    assert wait_after_fault(faults, jitter=0) == seconds * SECOND


@pytest.mark.parametrize(("jitter", "seconds"), [(0, 30), (0.5, 26.25), (1, 22.5)])
def test_jitter_takes_up_to_a_quarter_off(jitter: float, seconds: int) -> None:
    assert wait_after_fault(9, jitter=jitter) == seconds * SECOND


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        pytest.param(timedelta(), 30, id="none"),
        pytest.param(SECOND, 30, id="shorter than ours"),
        pytest.param(31 * SECOND, 31, id="longer than ours"),
        pytest.param(timedelta(hours=1), 3600, id="an hour"),
        pytest.param(timedelta(days=30), 3600, id="longer than believable"),
        pytest.param(timedelta.max, 3600, id="for ever"),
    ],
)
def test_what_was_asked_for_is_believed_up_to_an_hour(asked: timedelta, seconds: int) -> None:
    assert wait_after_fault(9, jitter=0, asked=asked) == seconds * SECOND


@settings(max_examples=200, deadline=None)
@given(COUNTS, JITTERS)
def test_the_wait_stays_between_its_bounds_however_many_faults(faults: int, jitter: float) -> None:
    wait = wait_after_fault(faults, jitter=jitter)

    assert FIRST * 0.75 <= wait <= CAP


@settings(max_examples=200, deadline=None)
@given(COUNTS, JITTERS, st.timedeltas(min_value=timedelta()))
def test_what_was_asked_for_is_never_undercut_and_holds_nobody_for_ever(
    faults: int, jitter: float, asked: timedelta
) -> None:
    wait = wait_after_fault(faults, jitter=jitter, asked=asked)

    assert min(asked, LONGEST_PAUSE) <= wait <= LONGEST_PAUSE
