"""How a setting's text becomes a value."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator


def _seconds(value: object) -> object:
    """Read "2.5" as two and a half seconds; leave durations as they are."""
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=float(str(value)))
    except (ValueError, OverflowError):
        raise ValueError(f"give seconds, such as 3 or 0.5, not {value!r}") from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("must be more than 0 seconds")
    return value


def _split(value: object) -> object:
    """Read "a, b" as two items, and nothing as none."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _http_url(value: str) -> str:
    """Accept a plain http(s) origin with an optional path; drop the last slash."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("give an http or https URL, such as https://api.lemondata.cc")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("give a URL without credentials, query or fragment")
    return value.rstrip("/")


Seconds = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_positive)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Commas = BeforeValidator(_split)
