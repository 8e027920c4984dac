"""What the X-RateLimit headers say of the allowance, by the clock of who sent them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.upstream.quota import LARGEST_LIMIT, LONGEST_RESET, NOTHING_SAID, Quota, read_quota
from tests.build import NOW, SECOND

HOUR = timedelta(hours=1)
EPOCH = int(NOW.timestamp())


def read(**headers: str) -> Quota:
    """Read headers, whose names are given without their beginning."""
    named = {f"x-ratelimit-{name}" if name != "date" else name: v for name, v in headers.items()}
    return read_quota(named, now=NOW)


def date(at: datetime) -> str:
    """Write `at` as the Date header does."""
    return format_datetime(at, usegmt=True)


def test_no_headers_say_nothing() -> None:
    assert read_quota({}, now=NOW) == NOTHING_SAID == Quota(limit=None, pause=None)


@pytest.mark.parametrize("limit", [1, 60, 1000, 10_000, LARGEST_LIMIT])
def test_the_limit_is_told(limit: int) -> None:
    assert read(limit=str(limit)) == Quota(limit=limit)
    assert read(limit=f" {limit} ", remaining="59", reset="30") == Quota(limit=limit)


@pytest.mark.parametrize(
    "limit",
    ["", " ", "0", "-60", "60.0", "6e1", "60, 60;w=60", "many", "\u00b2", "0x3c", "None",
     str(LARGEST_LIMIT + 1), "9" * 15, "9" * 16, "9" * 5000],
    ids=lambda text: f"{ascii(text)[:20]} of {len(text)}",
)  # fmt: skip
def test_a_limit_that_makes_no_sense_says_nothing(limit: str) -> None:
    assert read(limit=limit) == NOTHING_SAID


@pytest.mark.parametrize("reset", ["30", " 30 ", str(EPOCH + 30), str((EPOCH + 30) * 1000)])
def test_with_none_remaining_the_account_pauses_until_the_window_ends(reset: str) -> None:
    assert read(remaining="0", reset=reset) == Quota(pause=30 * SECOND)


def test_milliseconds_are_told_exactly() -> None:
    wait = read(remaining="0", reset=str(EPOCH * 1000 + 1500)).pause

    assert wait == timedelta(milliseconds=1500)


@pytest.mark.parametrize("ahead", [-24 * HOUR, -HOUR, timedelta(), HOUR, 24 * HOUR])
@pytest.mark.parametrize("scale", [1, 1000])
def test_an_epoch_is_read_by_the_clock_of_who_sent_it(ahead: timedelta, scale: int) -> None:
    theirs = NOW + ahead
    reset = str((int(theirs.timestamp()) + 30) * scale)

    assert read(remaining="0", reset=reset, date=date(theirs)).pause == 30 * SECOND


@pytest.mark.parametrize("ahead", [-HOUR, HOUR])
def test_seconds_mean_the_same_by_every_clock(ahead: timedelta) -> None:
    assert read(remaining="0", reset="30", date=date(NOW + ahead)).pause == 30 * SECOND


@pytest.mark.parametrize("when", ["", "yesterday", "0", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_a_date_that_cannot_be_read_leaves_our_own_clock(when: str) -> None:
    assert read(remaining="0", reset=str(EPOCH + 30), date=when).pause == 30 * SECOND


@pytest.mark.parametrize("remaining", ["1", "59", "", "none", "-1", "0.0", "00x", "null"])
def test_while_some_remain_or_none_is_told_nothing_pauses(remaining: str) -> None:
    assert read(limit="60", remaining=remaining, reset="30") == Quota(limit=60)
    assert read(limit="60", reset="30") == Quota(limit=60)


@pytest.mark.parametrize(
    "reset",
    ["", "0", "-5", "1.5", "soon", "\u00b2", "121", "3600", "999999999",
     str(EPOCH), str(EPOCH - 1), str(EPOCH + 121), str(EPOCH * 1000), str((EPOCH + 121) * 1000),
     "1000000000", "100000000000", "9" * 15, "9" * 16, "9" * 5000, date(NOW + 30 * SECOND)],
    ids=lambda text: f"{ascii(text)[:20]} of {len(text)}",
)  # fmt: skip
def test_a_reset_that_is_past_far_off_or_no_number_says_nothing(reset: str) -> None:
    assert read(remaining="0", reset=reset) == NOTHING_SAID


@pytest.mark.parametrize("reset", ["120", str(EPOCH + 120), str((EPOCH + 120) * 1000)])
def test_a_reset_may_be_two_minutes_off(reset: str) -> None:
    assert read(remaining="0", reset=reset).pause == LONGEST_RESET


def test_with_none_remaining_and_no_reset_nothing_pauses() -> None:
    assert read(limit="60", remaining="0") == Quota(limit=60)


VALUES = st.text(max_size=20) | st.integers().map(str) | st.integers(0, 10**15).map(str)


@settings(max_examples=500, deadline=None)
@given(
    VALUES, st.just("0") | VALUES, VALUES, VALUES | st.datetimes(timezones=st.just(UTC)).map(date)
)
def test_no_headers_stop_us_and_no_pause_is_long(
    limit: str, remaining: str, reset: str, when: str
) -> None:
    quota = read(limit=limit, remaining=remaining, reset=reset, date=when)

    assert quota.limit is None or 0 < quota.limit <= LARGEST_LIMIT
    assert quota.pause is None or timedelta() < quota.pause <= LONGEST_RESET
