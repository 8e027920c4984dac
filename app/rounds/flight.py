"""What this process has asked and not yet heard: claims in flight, and answers that have landed."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from threading import Event, Lock
from typing import Any, Generic, NamedTuple, TypeVar

import structlog

from app.clock import utc_now
from app.process.loop import LoopThread

Claim = TypeVar("Claim")
Answer = TypeVar("Answer")

LINE = 8  # In units of the capacity: what may wait in line, at most.
# In units of what was heard since the last launch: the next may come twice as late as that did.
AHEAD = 2
STOPPED = "stopped"  # The asking was cut short by us.

log = structlog.get_logger()


class Landed(NamedTuple, Generic[Claim, Answer]):
    """An answer, what it answers, and the two instants between which the other side gave it.

    A tuple, as are the other values that are made at every answer: a frozen dataclass takes three
    times as long to make.
    """

    claim: Claim
    answer: Answer
    asked_at: datetime
    answered_at: datetime


class Flight(Generic[Claim, Answer]):
    """Asks side by side on the loop, at most `capacity` at once, and keeps the answers to be fetched."""

    def __init__(
        self,
        loop: LoopThread,
        ask: Callable[[Claim, datetime], Coroutine[Any, Any, Landed[Claim, Answer]]],
        *,
        fault: Callable[[str], Answer],
        capacity: int,
        ahead: int = AHEAD,
        is_urgent: Callable[[Answer], bool] = lambda _: False,
    ) -> None:
        """Ask by `ask`, which has a deadline of its own; `fault` is the answer if it is cut short.

        It is told the instant of asking, and adds that of the answer: the clock is read once for each.
        What `is_urgent` waits for no others to be fetched with.
        """
        self._loop = loop
        self._ask = ask
        self._fault = fault
        self._is_urgent = is_urgent
        self._capacity = capacity
        self._ahead = ahead
        # Each of these is written by one thread at a time: who launches, and the loop.
        self._launched = 0
        self._heard = 0
        self._heard_by_then = 0  # When the last were launched.
        self._launching = Lock()
        self._waiting: deque[Claim] = deque()
        self._landed: deque[Landed[Claim, Answer]] = deque()
        # Not a queue: that would wake whoever fetches at every answer, hundreds of times a batch.
        self._any = Event()
        self._hurry = Event()
        # Each asks for one claim after the other. The loop itself holds tasks only weakly.
        self._askers: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more may be launched now.

        Besides what can be asked at once, for each that was heard since the last launch `ahead` more: so
        many may be heard again before the next, and whoever is done goes on with one that waits here.
        That is bounded, for the answers may stop coming.
        """
        ahead = min(self._ahead * (self._heard - self._heard_by_then), LINE * self._capacity)
        return self._capacity + ahead - (self._launched - self._heard)

    @property
    def is_busy(self) -> bool:
        """Whether at least half of what can be asked at once is being asked now."""
        return self._launched - self._heard >= self._capacity / 2

    @property
    def is_empty(self) -> bool:
        """Whether every answer has been fetched."""
        return self._launched == self._heard and not self._landed

    def launch(self, claims: Sequence[Claim]) -> None:
        """Begin to ask for each of `claims`, as far as it can be asked at once, and then for the rest."""
        with self._launching:
            self._launched += len(claims)
            self._heard_by_then = self._heard
        self._waiting.extend(claims)
        self._loop.soon(self._start)

    def landed(self, *, wait: float, gather: float, limit: int) -> list[Landed[Claim, Answer]]:
        """Fetch answers: wait for a first one, then take what comes within `gather` seconds more."""
        if not self._any.wait(wait):
            return []
        # No longer than until all have landed, or one of them is urgent.
        self._hurry.wait(gather)
        # Before they are fetched: what lands meanwhile says so again.
        self._hurry.clear()
        self._any.clear()
        found: list[Landed[Claim, Answer]] = []
        with suppress(IndexError):  # Another may fetch at the same time.
            while len(found) < limit:
                found.append(self._landed.popleft())
        if self._landed:
            self._any.set()
            self._hurry.set()
        return found

    def cancel(self) -> None:
        """Cut short what is aloft; each claim still lands, with a fault for an answer."""
        self._loop.soon(self._cancel_all)

    def _start(self) -> None:
        """Set as many to asking as there is to ask, and can ask at once."""
        loop = asyncio.get_running_loop()
        for _ in range(min(len(self._waiting), self._capacity - len(self._askers))):
            asker = loop.create_task(self._go_on())
            self._askers.add(asker)
            asker.add_done_callback(self._askers.discard)

    async def _go_on(self) -> None:
        # One that is cancelled before its first step leaves its claim to those who wait.
        asked_at = utc_now()
        while self._waiting:
            claim = self._waiting.popleft()
            try:
                landed = await self._ask(claim, asked_at)
            except asyncio.CancelledError:
                self._land(self._failed(claim, asked_at, STOPPED))
                raise
            except Exception as error:  # noqa: BLE001 - One that crashes leaves the others their turn.
                # The text could hold a header, and with it the key; the type says where to look.
                log.error("flight.crashed", error=type(error).__name__)  # noqa: TRY400 - as said
                landed = self._failed(claim, asked_at, "internal error")
            self._land(landed)
            asked_at = landed.answered_at  # The next is asked for at once.

    def _cancel_all(self) -> None:
        for asker in self._askers:
            asker.cancel()
        while self._waiting:
            self._land(self._failed(self._waiting.popleft(), utc_now(), STOPPED))

    def _failed(self, claim: Claim, asked_at: datetime, why: str) -> Landed[Claim, Answer]:
        return Landed(claim, self._fault(why), asked_at, utc_now())

    def _land(self, landed: Landed[Claim, Answer]) -> None:
        self._landed.append(landed)
        self._heard += 1
        if not self._any.is_set():
            self._any.set()
        if self._launched == self._heard or self._is_urgent(landed.answer):
            self._hurry.set()
