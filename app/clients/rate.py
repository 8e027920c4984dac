"""How often a key may be used: a bucket of a minute's worth of requests for each."""

from threading import Lock
from time import monotonic
from typing import Self

from app.errors import TooManyRequests
from app.process.process import Process

BUCKET = 60.0  # seconds' worth of requests, which may come at once


class CallRates:
    """The buckets of a process, in memory: each API process counts for itself.

    By the generic cell rate algorithm (ITU-T I.371, the virtual scheduling form): of each key is kept
    when its bucket would be full again, and each request moves that on by one interval.
    """

    def __init__(self, rpm: int) -> None:
        """Let each key have `rpm` requests a minute."""
        self._interval = 60.0 / rpm
        self._full_at: dict[int, float] = {}
        self._lock = Lock()

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process.settings.api_rpm)

    def take(self, key: int, *, now: float | None = None) -> None:
        """Take one request of the key's bucket; raise TooManyRequests where none is left.

        `now` is in seconds, of any clock that never goes back.
        """
        now = monotonic() if now is None else now
        with self._lock:
            full_at = max(self._full_at.get(key, now), now) + self._interval
            wait = full_at - now - BUCKET
            # A billionth for what floats lose.
            if wait > 1e-9:
                raise TooManyRequests(retry_after=wait)
            self._full_at[key] = full_at

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nothing to close."""
