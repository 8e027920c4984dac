"""Reads Retry-After, which LemonData and webhook receivers both send."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def parse_http_date(value: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7); None when `value` is none."""
    try:
        at = parsedate_to_datetime(value) if value else None
        return at and at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Read seconds or an HTTP date (RFC 9110, 10.2.3); None when `value` says nothing of the kind."""
    if not value:
        return None
    if value.strip().isdecimal():
        # More digits than this mean for ever; callers have caps of their own.
        return timedelta(seconds=int(value)) if len(value) < 12 else timedelta.max
    at = parse_http_date(value)
    return max(at - now, timedelta()) if at else None
