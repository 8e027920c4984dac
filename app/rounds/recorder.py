"""Writes back what has landed, on a thread of its own, as it arrives."""

from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic, sleep
from typing import Generic

import structlog
from sqlalchemy.exc import OperationalError

from app.rounds.flight import Answer, Claim, Flight, Landed

IDLE = 0.25  # seconds; how soon an idle recorder sees that it is to end
GATHER = 0.05  # seconds' worth of answers in one transaction, at least
# And where writing takes long because there is much of it, so that it is a small part of the time.
SHARE = 0.15
LONGEST = 0.2  # seconds
BATCH = 2000  # answers in one transaction, at most
# At writing while the database cannot be reached, a second apart. What is given up then is asked for
# again when its lease is over.
TRIES = 20

log = structlog.get_logger()


class Recorder(Generic[Claim, Answer]):
    """Records what this process has claimed.

    Whoever claims also records: rings are heard by any process, so an answer that waited for the next
    ring might wait until its lease had ended.
    """

    def __init__(
        self,
        flight: Flight[Claim, Answer],
        record: Callable[[Sequence[Landed[Claim, Answer]]], None],
    ) -> None:
        """Write back by `record`, which is one transaction."""
        self._flight = flight
        self._record = record
        self._ending = Event()
        self._thread = Thread(target=self._go_on, name="recorder", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Record what is still to land, and end."""
        self._ending.set()
        self._thread.join(timeout=5)

    def _go_on(self) -> None:
        gather = GATHER
        while not (self._ending.is_set() and self._flight.is_empty):
            landed = self._flight.landed(wait=IDLE, gather=gather, limit=BATCH)
            if landed:
                began = monotonic()
                self._write(landed)
                rest = (monotonic() - began) * (1 - SHARE) / SHARE
                gather = min(max(GATHER, rest), LONGEST)

    def _write(self, landed: Sequence[Landed[Claim, Answer]]) -> None:
        """Record all at once; what cannot be recorded loses itself alone, and not the others."""
        for _ in range(TRIES):
            try:
                self._record(landed)
            except OperationalError:
                log.warning("round.waits_for_the_database", answers=len(landed))
                sleep(1)
                continue
            except Exception:
                log.exception("round.record_failed", answers=len(landed))
                for one in landed if len(landed) > 1 else []:
                    self._write([one])
            return
        log.error("round.record_given_up", answers=len(landed))
