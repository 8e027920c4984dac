"""Reads Retry-After, which LemonData and webhook receivers both send."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Read seconds or an HTTP date (RFC 9110, 10.2.3); None when `value` says nothing of the kind."""
    if not value:
        return None
    try:
        if value.strip().isdecimal():
            # More digits than this mean for ever; callers have caps of their own.
            return timedelta(seconds=int(value)) if len(value) < 12 else timedelta.max
        at = parsedate_to_datetime(value)
        return max(at.replace(tzinfo=at.tzinfo or UTC) - now, timedelta())
    except (ValueError, OverflowError):
        return None
