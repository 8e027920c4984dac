"""A setting's text becomes a value, or is refused with words that help."""

from datetime import timedelta
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.setting_types import Commas, Days, HttpUrl, Seconds

SECONDS = TypeAdapter(Seconds)
DAYS = TypeAdapter(Days)
URL = TypeAdapter(HttpUrl)
NUMBERS = TypeAdapter(Annotated[tuple[int, ...], Commas])


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3), ("0.5", 0.5), (" 2.5 ", 2.5), ("1e3", 1000), (7, 7), (timedelta(seconds=4), 4)],
)
def test_seconds_may_have_fractions(text: object, seconds: float) -> None:
    assert SECONDS.validate_python(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "more than 0"),
        ("-1", "more than 0"),
        ("0.0000001", "more than 0"),
        (timedelta(), "more than 0"),
        ("", "give seconds"),
        ("5 s", "give seconds"),
        ("00:05:00", "give seconds"),
        ("nan", "give seconds"),
        ("-inf", "give seconds"),
        ("9" * 400, "give seconds"),
        (None, "give seconds"),
    ],
)
def test_what_is_no_duration_is_refused(text: object, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SECONDS.validate_python(text)


@pytest.mark.parametrize(
    ("text", "days"), [("90", 90), (" 0.5 ", 0.5), ("36500", 36_500), (timedelta(days=7), 7)]
)
def test_days_may_have_fractions(text: object, days: float) -> None:
    assert DAYS.validate_python(text) == timedelta(days=days)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "more than 0 days"),
        ("-1", "more than 0 days"),
        ("36501", "at most a hundred years"),
        ("90d", "give days, such as 90"),
        ("nan", "give days"),
        ("1e300", "give days"),
    ],
)
def test_what_is_no_number_of_days_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        DAYS.validate_python(text)


@settings(max_examples=200, deadline=None)
@given(st.text() | st.floats().map(str))
def test_no_text_becomes_a_duration_of_nothing_or_less(text: str) -> None:
    try:
        duration = SECONDS.validate_python(text)
    except ValidationError:
        return

    assert duration > timedelta()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("443", (443,)), ("443, 8443", (443, 8443)), (" 1 ,,2, ", (1, 2)), ("", ()), (" , ", ())],
)
def test_a_list_is_separated_by_commas(text: str, numbers: tuple[int, ...]) -> None:
    assert NUMBERS.validate_python(text) == numbers


def test_what_is_a_list_already_stays_one() -> None:
    assert NUMBERS.validate_python([1, 2]) == (1, 2)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://api.lemondata.cc", "https://api.lemondata.cc"),
        ("https://api.lemondata.cc/", "https://api.lemondata.cc"),
        ("http://127.0.0.1:4010", "http://127.0.0.1:4010"),
        ("http://[::1]:4010/", "http://[::1]:4010"),
        ("https://proxy.example/lemon/", "https://proxy.example/lemon"),
    ],
)
def test_a_base_url_is_an_origin_with_an_optional_path(text: str, url: str) -> None:
    assert URL.validate_python(text) == url


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "give an http or https URL"),
        ("lemon", "give an http or https URL"),
        ("//api.lemondata.cc", "give an http or https URL"),
        ("ws://api.lemondata.cc", "give an http or https URL"),
        ("https:///v1", "give an http or https URL"),
        ("https://user@api.lemondata.cc", "without credentials"),
        ("https://:pass@api.lemondata.cc", "without credentials"),
        ("https://api.lemondata.cc?a=1", "without credentials, query"),
        ("https://api.lemondata.cc/#x", "query or fragment"),
    ],
)
def test_any_other_url_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        URL.validate_python(text)
