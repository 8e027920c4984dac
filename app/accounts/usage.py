"""How much of its budget an account has used: a sliding minute, from two fixed ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
SKEW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Requests in the minute that began at `minute_at`, and in the one before."""

    minute_at: datetime
    used: int
    used_before: int

    def plus(self, count: int, *, now: datetime) -> "Usage":
        """Count `count` requests more."""
        current = self.at(now)
        return Usage(
            minute_at=current.minute_at,
            used=current.used + count,
            used_before=current.used_before,
        )

    def at(self, now: datetime) -> "Usage":
        """Move on to the minute that holds `now`."""
        passed = (now - self.minute_at) // MINUTE
        if passed == 0 or -SKEW < now - self.minute_at < timedelta():
            return self  # A clock that is a little behind makes no new minute.
        before = self.used if passed == 1 else 0
        start = self.minute_at + passed * MINUTE
        return Usage(minute_at=start, used=0, used_before=before)

    def lately(self, now: datetime) -> int:
        """Estimate the requests of the last 60 s, as if the minute before had been an even one."""
        current = self.at(now)
        share = 1 - max(timedelta(), now - current.minute_at) / MINUTE
        return round(current.used + current.used_before * share)
