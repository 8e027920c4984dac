"""Retry-After is seconds or an HTTP date, and rubbish says nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.retry_after import parse_retry_after

NOW = datetime(1994, 11, 6, 8, 48, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("17", 17),
        (" 17 ", 17),
        ("86400", 86400),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 60),
        ("Sun Nov  6 08:49:37 1994", 60),
        ("Sun, 06 Nov 1994 09:49:37 +0100", 60),
        ("Sun, 06 Nov 1994 08:49:37 -0000", 60),
        ("Sun, 06 Nov 1994 08:48:37 GMT", 0),
    ],
)
def test_seconds_and_every_form_of_an_http_date_are_read(value: str, seconds: int) -> None:
    assert parse_retry_after(value, now=NOW) == timedelta(seconds=seconds)


def test_a_date_that_has_passed_is_no_wait() -> None:
    assert parse_retry_after("Sun, 06 Nov 1993 08:49:37 GMT", now=NOW) == timedelta()


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "-5",
        "+5",
        "1.5",
        "1e3",
        "0x10",
        "soon",
        "5 s",
        "Sun, 06 Nov",
        "²",
    ],
    ids=lambda value: repr(value)[:12],
)
def test_anything_else_says_nothing(value: str | None) -> None:
    assert parse_retry_after(value, now=NOW) is None


PARTS = (
    "Mon,", "Sun", "06", "Nov", "1994", "94", "99999", "08:49:37", "8:49", "0:0:0:0", "25.61.61",
    "GMT", "+2500", "-9999", "-0000", "AM", ",", "-", "+", ":",
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.text() | st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_no_header_stops_us_and_none_asks_for_less_than_nothing(value: str) -> None:
    wait = parse_retry_after(value, now=NOW)

    assert wait is None or wait >= timedelta()


@pytest.mark.parametrize("digits", [12, 17, 5000])
def test_more_seconds_than_a_duration_holds_are_a_very_long_time(digits: int) -> None:
    assert parse_retry_after("9" * digits, now=NOW) == timedelta.max
