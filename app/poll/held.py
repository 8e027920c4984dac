"""What this process asks again by itself: tasks whose leases it keeps from one look to the next."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from threading import Lock
from typing import TypeAlias

from app.clock import EPOCH
from app.poll.claim import LEASE, Claim
from app.tasks.watch import Watch

# What is due again no sooner is not kept: another can have it as well.
LONGEST_REST = timedelta(seconds=60)
# A lease that ends too soon for the next look is made so much longer that it serves for many.
ADVANCE = 2 * LEASE
# Before its end a lease is let go of; until then there is time enough to ask and to write.
LAST_CALL = LEASE / 2
MOST = 100_000  # tasks

Entry: TypeAlias = tuple[datetime, int]  # When due, and the task.


def kept_until(claim: Claim, watch: Watch, *, now: datetime) -> datetime:
    """Return when the lease of `claim` is to end if it is kept for the next look; EPOCH if it is not."""
    if not claim.access.holds or watch.due_at - now > LONGEST_REST:
        return EPOCH
    is_enough = claim.until >= watch.due_at + LEASE
    return claim.until if is_enough else watch.due_at + ADVANCE


@dataclass(slots=True)
class _Account:
    resting: list[Entry] = field(default_factory=list)  # A heap.
    ripe: deque[Entry] = field(default_factory=deque)  # The longest due first.


class Held:
    """By account, what rests and what is ripe to be asked again.

    SQL says the same, by `due_at` and `leased_until`: what is lost here is claimed anew at the end of its
    lease, or as soon as others see that this process is gone. One thread takes, another keeps.
    """

    def __init__(self, *, most: int = MOST) -> None:
        """Hold at most so many."""
        self.most = most
        self._claims: dict[int, Claim] = {}
        self._accounts: dict[int, _Account] = {}
        self._taken: list[Claim] = []
        self._is_open = True
        self._lock = Lock()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._claims)

    @property
    def accounts(self) -> list[int]:
        """The accounts of which something is held."""
        with self._lock:
            return [name for name, one in self._accounts.items() if one.resting or one.ripe]

    def keep(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Hold these until each is due; what is known of the same tasks already is so no more.

        Returns those that are not held: all of them, where nobody is to take them any more.
        """
        with self._lock:
            if not self._is_open:
                return claims
            for claim in claims:
                self._put(claim)
        return []

    def ripen(self, now: datetime) -> list[int]:
        """Return the accounts of which something is due at `now`."""
        with self._lock:
            for one in self._accounts.values():
                while one.resting and one.resting[0][0] <= now:
                    entry = heappop(one.resting)
                    if self._is_so(entry):
                        one.ripe.append(entry)
            return [name for name, one in self._accounts.items() if one.ripe]

    def ripe(self, account_id: int) -> int:
        """Return how many of the account's are due, as far as they have been told to ripen."""
        with self._lock:
            one = self._accounts.get(account_id)
            return len(one.ripe) if one else 0

    def take(
        self, account_id: int, limit: int | None = None, *, due_by: datetime | None = None
    ) -> list[Claim]:
        """Take what has been due longest, at most `limit`, and of that what was due by `due_by`.

        It is gone only once that is `settled`.
        """
        found: list[Claim] = []
        with self._lock:
            one = self._accounts.get(account_id)
            while one and one.ripe and (limit is None or len(found) < limit):
                if due_by is not None and one.ripe[0][0] > due_by:
                    break
                entry = one.ripe.popleft()
                if self._is_so(entry):
                    found.append(self._claims.pop(entry[1]))
            self._taken += found
        return found

    def drop(self, task_ids: Iterable[int]) -> None:
        """Forget these tasks: somebody has claimed them anew."""
        with self._lock:
            for task_id in task_ids:
                self._claims.pop(task_id, None)

    def take_all(self) -> list[Claim]:
        """Take whatever there is."""
        with self._lock:
            found = list(self._claims.values())
            self._claims.clear()
            self._accounts.clear()
            self._taken += found
        return found

    def close(self) -> list[Claim]:
        """Take whatever there is, and hold nothing more until this is `opened`."""
        with self._lock:
            self._is_open = False
        return self.take_all()

    def open(self) -> None:
        """Hold what is to be kept again: somebody is there to take it."""
        with self._lock:
            self._is_open = True

    def settle(self) -> None:
        """What was taken is gone: the transaction that it was taken for is committed."""
        with self._lock:
            self._taken.clear()

    def restore(self) -> None:
        """Put back what was taken and not settled: that transaction failed."""
        with self._lock:
            for claim in self._taken:
                if claim.task_id not in self._claims:
                    self._put(claim)
            self._taken.clear()

    def _put(self, claim: Claim) -> None:
        self._claims[claim.task_id] = claim
        one = self._accounts.setdefault(claim.access.account_id, _Account())
        heappush(one.resting, (claim.watch.due_at, claim.task_id))

    def _is_so(self, entry: Entry) -> bool:
        """Tell whether that is still when the task is due."""
        claim = self._claims.get(entry[1])
        return claim is not None and claim.watch.due_at == entry[0]
