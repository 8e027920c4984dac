"""How a setting's text becomes a value."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_SECRET = 32
SHORTEST_KEY = 8


def _seconds(value: object) -> object:
    """Read "2.5" as two and a half seconds; leave durations as they are."""
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=float(str(value)))
    except (ValueError, OverflowError):
        raise ValueError(f"give seconds, such as 3 or 0.5, not {value!r}") from None


def _days(value: object) -> object:
    """Read "0.5" as half a day; leave durations as they are."""
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(days=float(str(value)))
    except (ValueError, OverflowError):
        raise ValueError(f"give days, such as 90 or 0.5, not {value!r}") from None


def _some_days(value: timedelta) -> timedelta:
    if not timedelta() < value <= timedelta(days=36_500):
        raise ValueError("must be more than 0 days, and at most a hundred years'")
    return value


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
    """Accept a plain http(s) origin with an optional path; drop the last slash and `/v1`."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isprintable():
        raise ValueError("give an http or https URL, such as https://api.lemondata.cc")
    if " " in value or parts.port == 0:  # Reading the port raises ValueError beyond 65535.
        raise ValueError("give a URL without spaces, and a port from 1 to 65535 if any")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("give a URL without credentials, query or fragment")
    # Paths begin with /v1 themselves.
    return value.rstrip("/").removesuffix("/v1")


def _fits_a_header(value: SecretStr) -> SecretStr:
    key = value.get_secret_value()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("must be plain ASCII without spaces; was something pasted along with it?")
    return value


def _database(value: SecretStr) -> SecretStr:
    """Accept the two databases there are, by the drivers there are."""
    try:
        url = make_url(value.get_secret_value())
    except ArgumentError:
        raise ValueError(
            "give a URL such as postgresql+psycopg://user:password@host/name"
        ) from None
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise ValueError("use sqlite:///… or postgresql+psycopg://…")
    return SecretStr(url.render_as_string(hide_password=False))


def _broker(value: SecretStr) -> SecretStr:
    """Accept the brokers whose clients are installed."""
    try:
        parts = urlsplit(value.get_secret_value())
        usable = parts.scheme in {"memory", "redis", "rediss"} and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("give a URL such as redis://127.0.0.1:6379/0")
    return value


def _proxy(value: SecretStr) -> SecretStr:
    """Accept an http proxy; its URL may hold credentials."""
    try:
        parts = urlsplit(value.get_secret_value())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("give a URL such as http://127.0.0.1:3128")
    return value


def _at_least(characters: int) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < characters:
            raise ValueError(f"must have {characters} characters or more")
        return value

    return AfterValidator(check)


Key = Annotated[SecretStr, AfterValidator(_fits_a_header)]
OwnKey = Annotated[Key, _at_least(SHORTEST_KEY)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
ProxyUrl = Annotated[SecretStr, AfterValidator(_proxy)]
BrokerUrl = Annotated[SecretStr, AfterValidator(_broker)]
Port = Annotated[int, Field(ge=1, le=65535)]
SecretKey = Annotated[SecretStr, _at_least(SHORTEST_SECRET)]
Seconds = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_positive)]
Days = Annotated[timedelta, BeforeValidator(_days), AfterValidator(_some_days)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Commas = BeforeValidator(_split)
