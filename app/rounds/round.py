"""One round: claim what is due, ask side by side, write back as the answers arrive."""

from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Generic

from app.rounds.flight import Answer, Claim, Flight, Landed

PATIENCE = 1.0  # seconds; what has not landed by then is fetched by a later round
GATHER = 0.05  # seconds' worth of answers in one transaction
BATCH = 500  # answers in one transaction, at most


class Rounds(Generic[Claim, Answer]):
    """Runs rounds over one flight. Rounds of one process may overlap; each answer is fetched once."""

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

    def run(self) -> None:
        """Go on until nothing is due and nothing aloft, or for `PATIENCE` at most.

        A slow answer therefore holds up neither the round nor any other answer.
        """
        until = monotonic() + PATIENCE
        more = True
        while monotonic() < until:
            more = more and self._fill()
            landed = self._flight.landed(wait=GATHER, gather=GATHER, limit=BATCH)
            if landed:
                self._record(landed)
            if not more and self._flight.is_empty:
                return

    def _fill(self) -> bool:
        """Claim as many as there is room for; tell whether more may be due than there was room."""
        with self._claiming:
            room = self._flight.room
            if room <= 0:
                return True
            claims = self._claim(room)
            if claims:
                self._flight.launch(claims)
            return len(claims) == room
