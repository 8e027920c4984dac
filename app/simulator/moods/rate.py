"""How many requests a key may still send: a sliding window of a minute."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)
KEYS = 1000  # Keys beyond this push the longest unused one out, so that memory has a bound.


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key may do after a request; `wait` is above zero where the request was too much."""

    limit: int
    remaining: int
    resets_at: datetime  # When the window is next a request richer.
    wait: timedelta = timedelta()


class Windows:
    """The last minute of each key: when its requests came that were let in."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def spend(self, key: str, *, limit: int, now: datetime) -> Allowance:
        """Let a request in and count it, or say how long it is too soon; that costs nothing."""
        times = self._of(key)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= limit:
            # Where the limit was lowered, several must leave before one may come.
            free_at = times[len(times) - limit] + WINDOW
            return Allowance(limit, 0, free_at, wait=free_at - now)
        times.append(now)
        return Allowance(limit, limit - len(times), times[0] + WINDOW)

    def _of(self, key: str) -> deque[datetime]:
        times = self._times.setdefault(key, deque())
        self._times.move_to_end(key)
        if len(self._times) > KEYS:
            self._times.popitem(last=False)
        return times
