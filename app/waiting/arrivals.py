"""Wakes those who wait for events: one look for all of them, and none where nobody waits."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import NamedTuple, Self

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.outbox.bell import Bell
from app.outbox.models import Stream
from app.outbox.stream import of_client
from app.process.process import Process

# Between two looks where no bell rings: who records may be another process.
LOOK_EVERY = 0.25  # seconds

log = structlog.get_logger()


class _Waiter(NamedTuple):
    stream: int
    after: int
    wake: Callable[[], None]


class Arrivals:
    """One of a process. It looks on a thread, which lasts as long as somebody waits."""

    def __init__(self, process: Process) -> None:
        """Have nobody waiting."""
        self._database = process.database
        self._lock = Lock()
        self._waiters: set[_Waiter] = set()
        self._is_looking = False
        self.is_over = False  # Nobody is to wait any more.
        self._rung = Event()
        process.get(Bell).listen(self._rung.set)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    async def wait(self, client: int, after: int, *, seconds: float) -> bool:
        """Return once the client has an event after that number, or after so many seconds: which?"""
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # The loop may have been closed in the meantime.
                loop.call_soon_threadsafe(arrived.set)

        waiter = _Waiter(of_client(client), after, wake)
        if not self._join(waiter):
            return False
        try:
            async with asyncio.timeout(seconds):
                return await arrived.wait()
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiters.discard(waiter)

    def _join(self, waiter: _Waiter) -> bool:
        with self._lock:
            if self.is_over:
                return False
            self._waiters.add(waiter)
            self._rung.set()  # It may have come since the waiter looked.
            if self._is_looking:
                return True
            self._is_looking = True
        Thread(target=self._look_on, name="arrivals", daemon=True).start()
        return True

    def _look_on(self) -> None:
        while self._goes_on():
            self._rung.wait(LOOK_EVERY)
            self._rung.clear()
            try:
                self._look()
            except OperationalError:
                log.warning("arrivals.cannot_look")
            except Exception:
                log.exception("arrivals.cannot_look")

    def _goes_on(self) -> bool:
        with self._lock:
            self._is_looking = bool(self._waiters)
            return self._is_looking

    def _look(self) -> None:
        with self._lock:
            waiters = tuple(self._waiters)
        streams = {waiter.stream for waiter in waiters}
        with self._database.reading() as session:
            rows = session.execute(select(Stream.id, Stream.last).where(Stream.id.in_(streams)))
            last = {row.id: row.last for row in rows}
        for waiter in waiters:
            if last.get(waiter.stream, 0) > waiter.after:
                waiter.wake()

    def stop(self) -> None:
        """Wake all who wait, and let nobody wait any more: they answer with what there is."""
        with self._lock:
            self.is_over = True
            for waiter in self._waiters:
                waiter.wake()
            self._waiters.clear()

    def close(self, *, grace: float) -> None:
        """Have nothing to close: who looked ends by itself."""
