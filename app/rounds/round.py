"""Rounds: claim what is due, ask side by side, write back as the answers arrive."""

from collections.abc import Callable, Sequence
from time import monotonic, sleep
from typing import Generic

from app.rounds.flight import Answer, Claim, Flight, Landed
from app.rounds.pace import Pace
from app.rounds.recorder import Recorder
from app.rounds.shift import Shift


class Rounds(Generic[Claim, Answer]):
    """A shift that claims once it is rung, and a recorder that writes."""

    def __init__(
        self,
        flight: Flight[Claim, Answer],
        *,
        attend: Callable[[], None],
        retire: Callable[[], None],
        is_due: Callable[[], bool],
        claim: Callable[[int], Sequence[Claim]],
        record: Callable[[Sequence[Landed[Claim, Answer]]], None],
        pace: Pace,
    ) -> None:
        """See `Shift` for `attend`, `retire`, `is_due` and `claim`, and `Recorder` for `record`."""
        self._flight = flight
        self._shift = Shift(
            flight, attend=attend, retire=retire, is_due=is_due, claim=claim, pace=pace
        )
        self._recorder = Recorder(flight, record)

    def run(self) -> None:
        """Claim what is due and begin to ask, and go on for about a minute."""
        self._shift.ring()

    def stop(self) -> None:
        """Claim no more."""
        self._shift.stop()

    def close(self, *, grace: float) -> None:
        """Claim no more, wait `grace` seconds for answers, cut short the rest, and record it all."""
        self.stop()
        until = monotonic() + grace
        while not self._flight.is_empty and monotonic() < until:
            sleep(0.01)
        self._flight.cancel()
        self._recorder.finish()
