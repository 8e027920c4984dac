"""Rounds: claim what is due, ask side by side, write back as the answers arrive."""

from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Generic

import structlog
from sqlalchemy.exc import OperationalError

from app.rounds.flight import Answer, Claim, Flight, Landed

IDLE = 0.25  # seconds; how soon an idle recorder sees that it is to end
GATHER = 0.05  # seconds' worth of answers in one transaction
BATCH = 500  # answers in one transaction, at most
# At writing while the database cannot be reached, a second apart. By then the lease is over, and what
# was given up is asked for again.
TRIES = 20

log = structlog.get_logger()


class Rounds(Generic[Claim, Answer]):
    """Claims when it is rung, and records on a thread of its own.

    Whoever claims also records: rings are heard by any process, so an answer that waited for the next
    ring might wait until its lease had ended.
    """

    def __init__(
        self,
        flight: Flight[Claim, Answer],
        *,
        claim: Callable[[int], Sequence[Claim]],
        record: Callable[[Sequence[Landed[Claim, Answer]]], None],
    ) -> None:
        """Claim by `claim`, given how many at most; write back by `record`. Each is one transaction."""
        self._flight = flight
        self._claim = claim
        self._record = record
        self._claiming = Lock()
        self._more = False
        self._closing = Event()
        self._recorder = Thread(target=self._record_on, name="recorder", daemon=True)
        self._recorder.start()

    def run(self) -> None:
        """Claim what is due, as far as there is room, and begin to ask."""
        try:
            with self._claiming:
                self._fill()
        except OperationalError:
            # The database is away; the next ring claims again.
            log.warning("round.claim_failed")

    def stop(self) -> None:
        """Claim no more. A claim that is being made is launched first, so that it is heard out."""
        with self._claiming:
            self._closing.set()

    def close(self, *, grace: float) -> None:
        """Claim no more, wait `grace` seconds for answers, cut short the rest, and record it all."""
        self.stop()
        until = monotonic() + grace
        while not self._flight.is_empty and monotonic() < until:
            sleep(0.01)
        self._flight.cancel()
        self._recorder.join(timeout=5)

    def _fill(self) -> None:
        room = self._flight.room
        self._more = room <= 0
        if self._more or self._closing.is_set():
            return
        claims = self._claim(room)
        # Where there was something, there may be more by the time that room or budget allows it.
        self._more = bool(claims)
        if claims:
            self._flight.launch(claims)

    def _record_on(self) -> None:
        while not (self._closing.is_set() and self._flight.is_empty):
            landed = self._flight.landed(wait=IDLE, gather=GATHER, limit=BATCH)
            if landed:
                self._write(landed)
            if self._more:
                self._run_quietly()

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

    def _run_quietly(self) -> None:
        try:
            self.run()
        except Exception:
            # The recorder must go on, whatever claiming runs into.
            log.exception("round.claim_failed")
