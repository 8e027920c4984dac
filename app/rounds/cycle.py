"""One kind of work, start to end: what one process needs to run rounds of it."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Self

import structlog
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.process.process import Process
from app.rounds.flight import AHEAD, Answer, Claim, Flight, Landed
from app.rounds.pace import Pace
from app.rounds.round import Rounds

log = structlog.get_logger()
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING}


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Written:
    """What is left to do once a transaction is committed: lines to log, and what to keep in memory."""

    lines: list[dict[str, str]]
    keep: Callable[[], None] = _nothing


class Cycle(ABC, Generic[Claim, Answer]):
    """Claims what is due, asks side by side, and records what comes of it."""

    def __init__(
        self,
        process: Process,
        ask: Callable[[Claim, datetime], Coroutine[Any, Any, Landed[Claim, Answer]]],
        *,
        fault: Callable[[str], Answer],
        capacity: int,
        pace: Pace,
        ahead: int = AHEAD,
        is_urgent: Callable[[Answer], bool] = lambda _: False,
    ) -> None:
        """Run rounds for `process` that ask by `ask`, at most `capacity` at once, claimed at `pace`.

        For `ahead` see `Flight.room`.

        `fault` makes the answer of an asking that was cut short; what `is_urgent` is recorded at once.
        """
        self.process = process
        self._flight = Flight[Claim, Answer](
            process.loop, ask, fault=fault, capacity=capacity, ahead=ahead, is_urgent=is_urgent
        )
        self._rounds = Rounds(
            self._flight,
            attend=self.attend,
            retire=self.retire,
            is_due=self._look,
            claim=self._claim_and_commit,
            record=self._record_and_commit,
            pace=pace,
        )

    @classmethod
    @abstractmethod
    def of(cls, process: Process) -> Self:
        """Make the cycle of `process`."""

    def attend(self) -> None:
        """Do what has to be done now and then, whether or not anything can be claimed."""

    def retire(self) -> None:
        """Let others have what this process keeps for itself: nobody rings it any more."""

    @abstractmethod
    def is_due(self, session: Session, *, now: datetime) -> bool:
        """Tell whether there may be something to claim, by reading alone."""

    @abstractmethod
    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[Claim]:
        """Claim at most `limit` of what is due."""

    def claimed(self) -> None:
        """Do what is to be done once a claim is committed."""

    @abstractmethod
    def record(self, session: Session, landed: Sequence[Landed[Claim, Answer]]) -> Written:
        """Write what came of claims."""

    @abstractmethod
    async def aclose(self) -> None:
        """Close what asking holds open."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being asked, and every answer has been fetched."""
        return self._flight.is_empty

    def run(self) -> None:
        """Claim what is due and begin to ask, and go on so for about a minute.

        What comes of it is recorded as it arrives.
        """
        self._rounds.run()

    def stop(self) -> None:
        """Claim no more."""
        self._rounds.stop()

    def close(self, *, grace: float) -> None:
        """Record what lands within `grace` seconds, cut short the rest, and let go."""
        self._rounds.close(grace=grace)
        self.process.loop.call(self.aclose(), timeout=5)

    def _look(self) -> bool:
        with self.process.database.reading() as session:
            return self.is_due(session, now=utc_now())

    def _claim_and_commit(self, limit: int) -> Sequence[Claim]:
        with self.process.database.writing() as session:
            claims = self.claim(session, now=utc_now(), limit=limit)
        self.claimed()
        return claims

    def _record_and_commit(self, landed: Sequence[Landed[Claim, Answer]]) -> None:
        with self.process.database.writing() as session:
            written = self.record(session, landed)
        written.keep()
        for line in written.lines:
            log.log(_LEVELS[line.pop("level", "info")], **line)
