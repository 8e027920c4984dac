"""Has those who wait for news wake as it is recorded: without a thread or a query for any of them.

News is that a subject rises: a task to a new version, a client's events to a new last one. What this
process records wakes at its commit, what another records by a notification, where the database has them;
and behind both one look for all, now and then, so that what was told to nobody is a little late.
"""

import asyncio
from collections import defaultdict
from threading import Event, Lock, Thread
from time import monotonic
from typing import NamedTuple, Self

import structlog
from sqlalchemy.exc import OperationalError

from app.db.changes import Changes
from app.process.process import Process
from app.process.wake import wake
from app.waiting.line import Line, open_line

LOOK_EVERY = 1.0  # seconds
LINGER = 60.0  # seconds for which it goes on to listen where nobody waits, and does not look
# Kept of what was told last, for who has read what was before and only comes to wait.
KEPT = 10_000

log = structlog.get_logger()


class _Waiter(NamedTuple):
    after: int
    woken: "asyncio.Future[bool]"


class Waiting:
    """One of a process, on one thread."""

    def __init__(self, process: Process) -> None:
        """Have nobody waiting."""
        self._database = process.database
        self._lock = Lock()
        self._waiters: defaultdict[int, set[_Waiter]] = defaultdict(set)
        self._told: dict[int, int] = {}
        self._is_listening = False
        self._left_at = 0.0
        self._ending = Event()
        self._database.listen(self.hear)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    @property
    def is_over(self) -> bool:
        """Whether nobody is to wait any more."""
        return self._ending.is_set()

    @property
    def count(self) -> int:
        """How many wait."""
        with self._lock:
            return sum(map(len, self._waiters.values()))

    async def wait(self, subject: int, after: int, *, seconds: float) -> bool:
        """Return once the subject is above `after`, or after so many seconds: which?"""
        waiter = _Waiter(after, asyncio.get_running_loop().create_future())
        self._join(subject, waiter)
        try:
            async with asyncio.timeout(seconds):
                return await waiter.woken
        except TimeoutError:
            return False
        finally:
            self._leave(subject, waiter)

    def hear(self, changes: Changes) -> None:
        """Wake who waits for any of these, and keep them for who is about to; from any thread."""
        with self._lock:
            if not self._is_listening:
                return  # Whoever comes first has it look.
            for subject, count in changes.items():
                self._told[subject] = max(count, self._told.pop(subject, 0))
            while len(self._told) > KEPT:
                del self._told[next(iter(self._told))]
        self._wake(changes)

    def forget(self, subject: int) -> None:
        """Keep no longer what was told of a subject: the tables say otherwise, and are looked at again."""
        with self._lock:
            self._told.pop(subject, None)

    def stop(self) -> None:
        """Wake all who wait, and let nobody wait any more: they answer with what there is."""
        with self._lock:
            self._ending.set()
            waiters = [one for its in self._waiters.values() for one in its]
        wake((waiter.woken, False) for waiter in waiters)

    def close(self, *, grace: float) -> None:
        """Have nothing to close: who listens ends by itself."""

    def _wake(self, changes: Changes) -> None:
        with self._lock:
            woken = [
                waiter
                for subject, count in changes.items()
                for waiter in self._waiters.get(subject, ())
                if count > waiter.after
            ]
        wake((waiter.woken, True) for waiter in woken)

    def _join(self, subject: int, waiter: _Waiter) -> None:
        with self._lock:
            if self.is_over:
                waiter.woken.set_result(False)
            elif self._told.get(subject, waiter.after) > waiter.after:
                waiter.woken.set_result(True)
            else:
                self._waiters[subject].add(waiter)
                if not self._is_listening:
                    self._is_listening = True
                    Thread(target=self._listen_on, name="waiting", daemon=True).start()

    def _leave(self, subject: int, waiter: _Waiter) -> None:
        with self._lock:
            its = self._waiters[subject]
            its.discard(waiter)
            if not its:
                del self._waiters[subject]
                self._left_at = monotonic()

    def _listen_on(self) -> None:
        while self._goes_on():
            try:
                with open_line(self._database, ending=self._ending) as line:
                    self._follow(line)
            except (OperationalError, ConnectionError):
                if not self.is_over:
                    log.warning("waiting.cannot_look")
                self._ending.wait(LOOK_EVERY)
            except Exception:
                log.exception("waiting.cannot_look")
                self._ending.wait(LOOK_EVERY)

    def _follow(self, line: Line) -> None:
        while self._goes_on():
            self._look(line)
            for changes in line.hear(seconds=LOOK_EVERY):
                self.hear(changes)

    def _goes_on(self) -> bool:
        """Tell whether to listen on; if not, the next who comes has it begin anew."""
        with self._lock:
            is_lately = monotonic() < self._left_at + LINGER
            self._is_listening = not self.is_over and (bool(self._waiters) or is_lately)
            if not self._is_listening:
                self._told.clear()
            return self._is_listening

    def _look(self, line: Line) -> None:
        with self._lock:
            subjects = tuple(self._waiters)
        if subjects:
            self._wake(line.look(subjects))
