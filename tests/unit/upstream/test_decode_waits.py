"""How long LemonData asks to wait: Retry-After, else the envelope's own field."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from app.upstream.answer import Answer, Nonsense, Outage, Paused
from app.upstream.decode import LONGEST_RETRY
from tests.build import NOW, SECOND
from tests.unit.upstream.responses import hear, hear_error

HOUR = timedelta(hours=1)
IN_17 = format_datetime(NOW + 17 * SECOND, usegmt=True)


def heard(status: int, wait: timedelta | None) -> Answer:
    """Return what is heard under `status` from an envelope with the code `busy`."""
    return Paused(wait) if status == 429 else Outage(f"HTTP {status} busy", wait)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("value", ["17", " 17 ", IN_17])
def test_the_wait_that_was_asked_for_is_told(status: int, value: str) -> None:
    answer = hear_error(status, {"code": "busy"}, {"retry-after": value})

    assert answer == heard(status, 17 * SECOND)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("told", [17, 17.0])
def test_the_envelope_s_own_retry_after_is_read(status: int, told: float) -> None:
    assert hear_error(status, {"code": "busy", "retry_after": told}) == heard(status, 17 * SECOND)


@pytest.mark.parametrize("status", [429, 503])
def test_the_header_goes_before_the_envelope(status: int) -> None:
    error = {"code": "busy", "retry_after": 99}

    assert hear_error(status, error, {"retry-after": "17"}) == heard(status, 17 * SECOND)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "value", ["soon", "", " ", "-17", "1.5", "17, 17", "0x11", "\u00b2", "NaN"]
)
def test_a_header_that_cannot_be_read_leaves_the_word_to_the_envelope(
    status: int, value: str
) -> None:
    headers = {"retry-after": value}

    assert hear_error(status, {"code": "busy"}, headers) == heard(status, None)
    assert hear_error(status, {"code": "busy", "retry_after": 9}, headers) == heard(
        status, 9 * SECOND
    )


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "value",
    ["17", True, -1, 0, -0.0, None, float("nan"), float("inf"), 10**400, -(10**400), [], {}, [17]],
    ids=lambda value: str(value)[:8],
)
def test_an_odd_retry_after_in_the_envelope_says_nothing(status: int, value: object) -> None:
    assert hear_error(status, {"code": "busy", "retry_after": value}) == heard(status, None)


@pytest.mark.parametrize("value", [LONGEST_RETRY, LONGEST_RETRY + 1, 10**15, 1e308])
def test_no_envelope_asks_for_more_than_a_day(value: float) -> None:
    error = {"code": "busy", "retry_after": value}

    assert hear_error(429, error) == Paused(timedelta(days=1))


def test_a_header_s_zero_is_a_wait_of_nothing() -> None:
    assert hear(b"", 429, {"retry-after": "0"}) == Paused(timedelta())


@pytest.mark.parametrize("digits", [11, 12, 5000])
def test_a_header_with_many_digits_asks_for_very_long_and_stops_nothing(digits: int) -> None:
    answer = hear(b"", 429, {"retry-after": "9" * digits})

    assert isinstance(answer, Paused)
    assert answer.wait is not None
    assert answer.wait > timedelta(days=1)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "ahead", [-24 * HOUR, -HOUR, -SECOND, timedelta(), SECOND, HOUR, 24 * HOUR]
)
def test_a_date_is_read_by_the_clock_of_who_sent_it(status: int, ahead: timedelta) -> None:
    theirs = NOW + ahead
    headers = {
        "date": format_datetime(theirs, usegmt=True),
        "retry-after": format_datetime(theirs + 17 * SECOND, usegmt=True),
    }

    assert hear_error(status, {"code": "busy"}, headers) == heard(status, 17 * SECOND)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT", "0"])
def test_without_a_date_of_theirs_it_is_read_by_our_clock(date: str) -> None:
    assert hear(b"", 429, {"date": date, "retry-after": IN_17}) == Paused(17 * SECOND)


def test_a_date_that_has_passed_there_is_a_wait_of_nothing() -> None:
    headers = {"date": format_datetime(NOW + HOUR, usegmt=True), "retry-after": IN_17}

    assert hear(b"", 429, headers) == Paused(timedelta())


@pytest.mark.parametrize("ahead", [-HOUR, HOUR])
def test_seconds_mean_the_same_by_every_clock(ahead: timedelta) -> None:
    headers = {"date": format_datetime(NOW + ahead, usegmt=True), "retry-after": "17"}

    assert hear(b"", 429, headers) == Paused(17 * SECOND)


def test_a_404_has_nothing_to_wait_for() -> None:
    assert hear_error(404, {"code": "busy"}, {"retry-after": "17"}) == Nonsense("HTTP 404 busy")
