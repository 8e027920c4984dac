"""How a setting's text becomes a value."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

SHORTEST_SECRET = 32


def _seconds(value: object) -> object:
    """Read "2.5" as two and a half seconds; leave durations as they are."""
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=float(str(value)))
    except (ValueError, OverflowError):
        raise ValueError(f"give seconds, such as 3 or 0.5, not {value!r}") from None


def _positive(value: timedelta) -> timedelta:
    if not timedelta() < value <= timedelta(days=365):
        raise ValueError("must be more than 0 seconds, and at most a year's")
    return value


def _split(value: object) -> object:
    """Read "a, b" as two items, and nothing as none."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _http_url(value: str) -> str:
    """Accept a plain http(s) origin with an optional path; drop the last slash."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isprintable():
        raise ValueError("give an http or https URL, such as https://api.lemondata.cc")
    if " " in value or parts.port == 0:  # Reading the port raises ValueError beyond 65535.
        raise ValueError("give a URL without spaces, and a port from 1 to 65535 if any")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("give a URL without credentials, query or fragment")
    return value.rstrip("/")


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"must have {SHORTEST_SECRET} characters or more")
    return value


Port = Annotated[int, Field(ge=1, le=65535)]
SecretKey = Annotated[SecretStr, AfterValidator(_long_enough)]
Seconds = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_positive)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Commas = BeforeValidator(_split)
