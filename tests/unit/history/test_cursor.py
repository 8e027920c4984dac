"""A cursor comes back as the place it was made of, and rubbish is refused."""

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.history.cursor import Cursor
from tests.build import NOW

MOMENTS = st.datetimes(timezones=st.just(UTC))
ROWS = st.integers(0, 2**63 - 1)
SEAL = "0abc"


def written(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@settings(max_examples=200, deadline=None)
@given(MOMENTS, ROWS)
def test_a_place_survives_the_round_trip_to_the_microsecond(at: datetime, row: int) -> None:
    place = Cursor(at, row, SEAL)

    assert Cursor.decode(place.encode(), seal=SEAL) == place


@settings(max_examples=200, deadline=None)
@given(MOMENTS, ROWS)
def test_a_cursor_needs_no_escaping_in_a_url(at: datetime, row: int) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", Cursor(at, row, SEAL).encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("x", id="a letter"),
        pytest.param("lemon", id="a word"),
        pytest.param("é", id="no ASCII"),
        pytest.param("\0", id="a NUL"),
        pytest.param("_____w", id="no UTF-8"),
        pytest.param(Cursor(NOW, 7, SEAL).encode()[:-4], id="cut short"),
        pytest.param(written("2026-11-22T12:00:00+00:00"), id="no row"),
        pytest.param(written("2026-11-22T12:00:00+00:00  0abc"), id="an empty row"),
        pytest.param(written("2026-11-22T12:00:00+00:00 x 0abc"), id="a row that is no number"),
        pytest.param(written("2026-11-22T12:00:00+00:00 1.5 0abc"), id="half a row"),
        pytest.param(written("2026-11-22T12:00:00+00:00 -1 0abc"), id="a negative row"),
        pytest.param(written(f"2026-11-22T12:00:00+00:00 {2**63} 0abc"), id="a row beyond SQL"),
        pytest.param(
            written("2026-11-22T12:00:00+00:00 " + "9" * 5000 + " 0abc"), id="a row beyond reason"
        ),
        pytest.param(written("2026-11-22T12:00:00 7 0abc"), id="a time without a zone"),
        pytest.param(written("2026-13-22T12:00:00+00:00 7 0abc"), id="a thirteenth month"),
        pytest.param(written("2026-11-22T12:00:00+00:00 7"), id="no seal"),
        pytest.param(written("now 7 0abc"), id="no time"),
    ],
)
def test_rubbish_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Cursor.decode(text, seal=SEAL)

    assert refused.value.pointer == "?cursor"


@settings(max_examples=300, deadline=None)
@given(
    st.text() | st.text().map(written) | st.binary().map(lambda b: urlsafe_b64encode(b).decode())
)
def test_no_text_stops_us(text: str) -> None:
    try:
        place = Cursor.decode(text, seal=SEAL)
    except InvalidInput:
        return

    assert Cursor.decode(place.encode(), seal=SEAL) == place


def test_a_time_beyond_all_calendars_is_refused() -> None:
    text = Cursor(datetime.fromisoformat("0001-01-01T00:00:00+14:00"), 1, SEAL).encode()

    with pytest.raises(InvalidInput):
        Cursor.decode(text, seal=SEAL)


def test_a_cursor_of_another_question_is_refused_with_a_word_of_why() -> None:
    with pytest.raises(InvalidInput, match="other filters"):
        Cursor.decode(Cursor(NOW, 7, "ffff").encode(), seal=SEAL)
