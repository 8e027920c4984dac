"""What `X-RateLimit-*` headers say of an account's allowance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.schedule.retry_after import parse_http_date

LARGEST_LIMIT = 1_000_000
# A window is a minute by LemonData's pages; a reset further off than this is not one of a window.
LONGEST_RESET = timedelta(minutes=2)
# Below this a reset is in seconds from now, above it in seconds since 1970; beyond, in milliseconds.
_AN_EPOCH = 1_000_000_000
_IN_MILLISECONDS = 100_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """`limit` requests a minute; `pause` where none remain until the window ends."""

    limit: int | None = None
    pause: timedelta | None = None


NOTHING_SAID = Quota()


def read_quota(headers: Mapping[str, str], *, now: datetime) -> Quota:
    """Read the headers, whose names are in lower case; what is missing or odd says nothing."""
    limit = _whole(headers.get("x-ratelimit-limit"))
    limit = limit if limit and limit <= LARGEST_LIMIT else None
    if _whole(headers.get("x-ratelimit-remaining")) != 0:
        return Quota(limit=limit) if limit else NOTHING_SAID
    theirs = parse_http_date(headers.get("date")) or now
    return Quota(limit=limit, pause=_until(headers.get("x-ratelimit-reset"), theirs))


def _until(value: str | None, theirs: datetime) -> timedelta | None:
    """Return how long until the reset, by their own clock."""
    number = _whole(value)
    if number is None:
        return None
    try:
        if number >= _IN_MILLISECONDS:
            wait = datetime.fromtimestamp(number / 1000, UTC) - theirs
        elif number >= _AN_EPOCH:
            wait = datetime.fromtimestamp(number, UTC) - theirs
        else:
            wait = timedelta(seconds=number)
    except (ValueError, OverflowError, OSError):
        return None
    return wait if timedelta() < wait <= LONGEST_RESET else None


def _whole(value: str | None) -> int | None:
    if value is None:
        return None
    text = value.strip()
    return int(text) if text.isdecimal() and len(text) <= 15 else None
