"""How much was used is told of a sliding minute."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.usage import Usage
from tests.build import MINUTE, NOW, SECOND

NOTHING = Usage(minute_at=NOW, used=0, used_before=0)


@pytest.mark.parametrize(
    ("seconds", "lately"),
    [(0, 60), (59, 60), (60, 60), (75, 45), (90, 30), (119, 1), (120, 0), (86_400, 0)],
)
def test_what_was_used_fades_over_the_minute_after(seconds: int, lately: int) -> None:
    """As if it had been spread evenly."""
    usage = NOTHING.plus(60, now=NOW + SECOND)

    assert usage.lately(NOW + seconds * SECOND) == lately


def test_the_minute_before_counts_by_its_share_and_this_one_whole() -> None:
    """A third of the minute before is still within the last 60 s."""
    usage = NOTHING.plus(90, now=NOW).plus(10, now=NOW + 100 * SECOND)

    assert usage.lately(NOW + 100 * SECOND) == 40


def test_an_idle_minute_between_forgets_what_was_before() -> None:
    """Only the minute just before is within reach."""
    usage = NOTHING.plus(90, now=NOW).plus(1, now=NOW + 2 * MINUTE)

    assert usage == Usage(minute_at=NOW + 2 * MINUTE, used=1, used_before=0)


def test_a_clock_that_goes_back_begins_anew() -> None:
    """And counts on from there."""
    usage = NOTHING.plus(90, now=NOW + MINUTE).plus(2, now=NOW - 5 * MINUTE)

    assert usage.lately(NOW - 5 * MINUTE) == 2


@given(
    st.lists(
        st.tuples(st.timedeltas(timedelta(), MINUTE), st.integers(0, 500)), min_size=1, max_size=60
    )
)
def test_what_is_told_lies_between_this_minute_and_the_last_two(
    spent: list[tuple[timedelta, int]],
) -> None:
    """Never less than what the minute began with, never more than all of both."""
    now, usage, log = NOW, NOTHING, []
    for gap, count in spent:
        now += gap
        usage = usage.plus(count, now=now)
        log.append((now, count))

    this = NOW + (now - NOW) // MINUTE * MINUTE
    low = sum(count for at, count in log if at >= this)
    high = sum(count for at, count in log if at >= this - MINUTE)
    assert low <= usage.lately(now) <= high
