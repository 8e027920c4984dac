"""A shift: claims as work falls due and as room frees, from a ring until a minute after the last."""

from collections.abc import Callable, Sequence
from threading import Event, Lock, Thread
from time import monotonic
from typing import Generic

import structlog
from sqlalchemy.exc import OperationalError

from app.rounds.flight import Answer, Claim, Flight
from app.rounds.pace import Pace

log = structlog.get_logger()


class Shift(Generic[Claim, Answer]):
    """Claims on a thread of its own, which a ring starts where none runs."""

    def __init__(
        self,
        flight: Flight[Claim, Answer],
        *,
        attend: Callable[[], None],
        retire: Callable[[], None],
        is_due: Callable[[], bool],
        claim: Callable[[int], Sequence[Claim]],
        pace: Pace,
    ) -> None:
        """Claim by `claim`, given how many at most, where `is_due` says that there may be something.

        Looking is cheap and takes no lock; claiming writes. Each is one transaction. `attend` is called
        before, each time, also where there is no room, and `retire` once nobody has rung for so long that
        the shift ends.
        """
        self._flight = flight
        self._attend = attend
        self._retire = retire
        self._is_due = is_due
        self._claim = claim
        self._pace = pace
        self._claiming = Lock()
        self._found = False
        self._stopping = Event()
        self._rung = Event()
        self._turn = Lock()  # Held to begin a shift, to prolong it, and to end it.
        self._is_on = False
        self._until = 0.0

    def ring(self) -> None:
        """Claim what is due at once, and go on for a minute; a shift that is on goes on for longer."""
        with self._turn:
            self._until = monotonic() + self._pace.lasts
            self._rung.set()
            if self._is_on or self._stopping.is_set():
                return
            self._is_on = True
        pause = self._fill()
        Thread(target=self._go_on, args=(pause,), name="shift", daemon=True).start()

    def stop(self) -> None:
        """Claim no more. A claim that is being made is launched first, so that it is heard out."""
        with self._claiming:
            self._stopping.set()
            self._rung.set()

    def _go_on(self, pause: float | None) -> None:
        while self._goes_on(pause):
            self._stopping.wait(pause)
            if pause is not None and not self._found:
                self._rung.wait(self._pace.idle - pause)
            pause = self._fill()
        if pause is not None and not self._stopping.is_set():
            self._end()

    def _end(self) -> None:
        """Leave the work to others, if no ring has begun another shift in the meantime."""
        try:
            with self._claiming:
                if not self._is_on:
                    self._retire()
        except OperationalError:
            log.warning("round.not_retired")

    def _goes_on(self, pause: float | None) -> bool:
        with self._turn:
            is_over = pause is None or self._stopping.is_set() or monotonic() >= self._until
            self._is_on = not is_over
            return self._is_on

    def _fill(self) -> float | None:
        """Claim as far as there is room; return how long to pause, or None if it cannot go on."""
        began, is_busy = monotonic(), self._flight.is_busy
        self._rung.clear()  # Before looking: who rings from now on may have written what is not seen.
        try:
            with self._claiming:
                if self._stopping.is_set():
                    return None
                self._attend()
                more = self._launch()
        except OperationalError:
            # The database is away; the next ring begins another shift.
            log.warning("round.claim_failed")
            return None
        except Exception:
            log.exception("round.claim_failed")
            return None
        return self._pace.pause(monotonic() - began, more=more, is_busy=is_busy)

    def _launch(self) -> bool:
        """Begin to ask for what can be claimed; tell whether there may be more as soon as that is done."""
        room = self._flight.room
        if room <= 0 or self._stopping.is_set():
            return True
        # Where the last claim found something, looking first would be one statement more for nothing.
        if not self._found and not self._is_due():
            return False
        claims = self._claim(room)
        self._found = bool(claims)
        if claims:
            self._flight.launch(claims)
        return len(claims) >= room
