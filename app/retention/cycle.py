"""Pruning, ring after ring: a little of it each time, from where it stopped."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Lock
from time import monotonic
from typing import Self

import structlog
from sqlalchemy.exc import OperationalError

from app.db.session import Database
from app.process.process import Process
from app.retention.sweep import AT_ONCE, Pruned, sweep, tell

WORK = 5.0  # Seconds at one ring, of which there is one a minute.

log = structlog.get_logger()


class Retention:
    """One of a process. Several at once take different tasks, and none waits for another."""

    def __init__(
        self, database: Database, age: timedelta | None, *, work: float = WORK,
        at_once: int = AT_ONCE,
    ) -> None:  # fmt: skip
        """Keep what has ended for so long; for ever if there is no age."""
        self._database = database
        self._age = age
        self._work = work
        self._at_once = at_once
        # Goes on with the next ring, or what may not go would be all that is ever looked at.
        self._sweep: Iterator[Pruned] | None = None
        self._ringing = Lock()
        self._ending = Event()

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process.database, process.settings.retention)

    def run(self, *, now: datetime) -> None:
        """Remove some of what is old, unless the ring before is still at it."""
        if self._age is None or not self._ringing.acquire(blocking=False):
            return
        try:
            self._run(now - self._age, until=monotonic() + self._work)
        except OperationalError:
            # The database is away, or SQLite's writers are many; the next ring begins anew.
            log.warning("retention.failed")
        finally:
            self._ringing.release()

    def stop(self) -> None:
        """End with the batch that is under way."""
        self._ending.set()

    def close(self, *, grace: float) -> None:
        """Wait for the batch that is under way, and begin none any more."""
        self._ringing.acquire(timeout=grace)

    def _run(self, before: datetime, *, until: float) -> None:
        rest = self._sweep or sweep(self._database, before=before, at_once=self._at_once)
        self._sweep = None
        total = Pruned()
        try:
            for pruned in rest:
                total += pruned
                if monotonic() >= until or self._ending.is_set():
                    self._sweep = rest
                    return
        finally:
            if total.events or total.tasks:
                tell(total)
