"""How many requests came, second by second, and in the busiest ten seconds."""

from collections import deque
from datetime import datetime

KEPT = 3600  # Seconds with requests; older ones are dropped, so that memory has a bound.
SPAN = 100  # tenths of a second


class Traffic:
    """Counts requests by the second; the busiest ten seconds are found to a tenth of one."""

    def __init__(self) -> None:
        self._seconds: deque[list[int]] = deque(maxlen=KEPT)
        self.busiest = 0
        self.busiest_until: datetime | None = None
        self._tenths: deque[list[int]] = deque()  # [tenth, requests], of the last ten seconds
        self._recent = 0

    def count(self, now: datetime) -> None:
        """Count a request that comes now."""
        tenth = int(now.timestamp() * 10)
        _add(self._seconds, tenth // 10)
        _add(self._tenths, tenth)
        self._recent += 1
        while self._tenths[0][0] <= tenth - SPAN:
            self._recent -= self._tenths.popleft()[1]
        if self._recent > self.busiest:
            self.busiest, self.busiest_until = self._recent, now

    def latest(self, seconds: int) -> list[list[int]]:
        """Return the last so many seconds in which there were requests, as [unix second, requests]."""
        return list(self._seconds)[-seconds:] if seconds else []


def _add(counts: deque[list[int]], moment: int) -> None:
    if counts and counts[-1][0] >= moment:  # A clock that is set back counts where it was.
        counts[-1][1] += 1
    else:
        counts.append([moment, 1])
