"""What this process has asked and not yet heard: claims in flight, and answers that have landed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

import structlog

from app.clock import utc_now
from app.process.loop import LoopThread

Claim = TypeVar("Claim")
Answer = TypeVar("Answer")

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Landed(Generic[Claim, Answer]):
    """An answer, what it answers, and the two instants between which the other side gave it."""

    claim: Claim
    answer: Answer
    asked_at: datetime
    answered_at: datetime


class Flight(Generic[Claim, Answer]):
    """Asks side by side on the loop, at most `capacity` at once, and queues the answers."""

    def __init__(
        self, loop: LoopThread, ask: Callable[[Claim], Awaitable[Answer]], *, capacity: int
    ) -> None:
        """Ask by `ask`, which has a deadline of its own and turns every fault into an answer."""
        self._loop = loop
        self._ask = ask
        self._capacity = capacity
        self._aloft = 0
        self._counting = Lock()
        self._queue: SimpleQueue[Landed[Claim, Answer]] = SimpleQueue()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more may be asked now."""
        return self._capacity - self._aloft

    @property
    def is_empty(self) -> bool:
        """Whether every answer has been fetched."""
        return self._aloft == 0 and self._queue.empty()

    def launch(self, claims: Sequence[Claim]) -> None:
        """Begin to ask for each of `claims`."""
        with self._counting:
            self._aloft += len(claims)
        self._loop.soon(lambda: self._start(claims))

    def landed(self, *, wait: float, gather: float, limit: int) -> list[Landed[Claim, Answer]]:
        """Fetch answers: wait for a first one, then take what comes within `gather` seconds more."""
        found: list[Landed[Claim, Answer]] = []
        until = monotonic() + wait
        while len(found) < limit and not self.is_empty:
            try:
                found.append(self._queue.get(timeout=max(0.0, until - monotonic())))
            except Empty:
                break
            if len(found) == 1:
                until = monotonic() + gather
        return found

    def _start(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            task = asyncio.ensure_future(self._fly(claim))
            # The loop itself holds tasks only weakly.
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _fly(self, claim: Claim) -> None:
        asked_at = utc_now()
        try:
            answer = await self._ask(claim)
            self._queue.put(
                Landed(claim=claim, answer=answer, asked_at=asked_at, answered_at=utc_now())
            )
        except Exception:
            # A fault of ours, not an answer: the lease ends by itself and the claim is made again.
            log.exception("flight.crashed")
        finally:
            with self._counting:
                self._aloft -= 1
