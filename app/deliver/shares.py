"""What of this worker's room those have taken who may have a share of it and no more."""

from collections.abc import Sequence
from threading import Lock
from time import monotonic

from app.deliver.claim import Left
from app.deliver.gather import Claim

# Endpoints that are failing; and tasks' own URLs, of which nobody knows whether they fail: their hosts
# are as many as a client likes.
TRIES = 1 / 4
OWNS = 1 / 2


class Shares:
    """Counts claims from when they are made until they are settled, or their lease has ended."""

    def __init__(self, room: int, *, lease: float) -> None:
        """Share out `room`, the number that can be under way at once; `lease` is in seconds."""
        self._tries, self._owns = max(1, int(room * TRIES)), max(1, int(room * OWNS))
        self._lease = lease
        self._lock = Lock()
        self._until: dict[Claim, float] = {}

    def left(self) -> Left:
        """Return what is left of each share."""
        now = monotonic()
        with self._lock:
            self._until = {claim: until for claim, until in self._until.items() if until > now}
            owns = sum(claim.endpoint_id is None for claim in self._until)
            tries = len(self._until) - owns
        return Left(tries=max(0, self._tries - tries), owns=max(0, self._owns - owns))

    def take(self, claims: Sequence[Claim]) -> None:
        """Count those of these claims that go by a share."""
        until = monotonic() + self._lease
        with self._lock:
            for claim in claims:
                if claim.endpoint_id is None or claim.is_failing:
                    self._until[claim] = until

    def give_back(self, claims: Sequence[Claim]) -> None:
        """Count these no more."""
        with self._lock:
            for claim in claims:
                self._until.pop(claim, None)
