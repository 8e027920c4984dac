"""What this process asks again by itself: tasks whose leases it keeps from one look to the next."""

from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from threading import Lock

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
# What rests lies in slots of time, so many a second, by when it is due: to take one of tens of thousands
# out of a heap takes some fifteen comparisons.
SLOTS = 8

_due_at = attrgetter("watch.due_at")


def kept_until(claim: Claim, watch: Watch, *, now: datetime) -> datetime:
    """Return when the lease of `claim` is to end if it is kept for the next look; EPOCH if it is not."""
    if not claim.access.holds or watch.due_at - now > LONGEST_REST:
        return EPOCH
    is_enough = claim.until >= watch.due_at + LEASE
    return claim.until if is_enough else watch.due_at + ADVANCE


class Held:
    """By account, what rests and what is ripe to be asked again.

    SQL says the same, by `due_at` and `leased_until`: what is lost here is claimed anew at the end of its
    lease, or as soon as others see that this process is gone. One thread takes, another keeps.
    """

    def __init__(self, *, most: int = MOST) -> None:
        """Hold at most so many."""
        self.most = most
        self._claims: dict[int, Claim] = {}
        self._count: Counter[int] = Counter()  # Of them, by account.
        # What is here and not, or otherwise, among the claims, is so no more.
        self._resting: defaultdict[int, list[Claim]] = defaultdict(list)  # By slot.
        self._ripe: defaultdict[int, deque[Claim]] = defaultdict(deque)  # The longest due first.
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
            return [account_id for account_id, count in self._count.items() if count]

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
            for slot in sorted(slot for slot in self._resting if slot <= _slot(now)):
                for claim in self._due_of(slot, now):
                    if self._claims.get(claim.task_id) is claim:
                        self._ripe[claim.access.account_id].append(claim)
            return [account_id for account_id, ripe in self._ripe.items() if ripe]

    def ripe(self, account_id: int) -> int:
        """Return how many of the account's are due, as far as they have been told to ripen."""
        with self._lock:
            return len(self._ripe[account_id])

    def take(
        self, account_id: int, limit: int | None = None, *, due_by: datetime | None = None
    ) -> list[Claim]:
        """Take what has been due longest, at most `limit`, and of that what was due by `due_by`.

        It is gone only once that is `settled`.
        """
        found: list[Claim] = []
        with self._lock:
            ripe = self._ripe[account_id]
            while ripe and (limit is None or len(found) < limit):
                if due_by is not None and ripe[0].watch.due_at > due_by:
                    break
                claim = ripe.popleft()
                if self._claims.get(claim.task_id) is claim:
                    del self._claims[claim.task_id]
                    found.append(claim)
            self._count[account_id] -= len(found)
            self._taken += found
        return found

    def drop(self, task_ids: Iterable[int]) -> None:
        """Forget these tasks: somebody has claimed them anew."""
        with self._lock:
            for task_id in task_ids:
                if claim := self._claims.pop(task_id, None):
                    self._count[claim.access.account_id] -= 1

    def take_all(self) -> list[Claim]:
        """Take whatever there is."""
        with self._lock:
            found = list(self._claims.values())
            for known in (self._claims, self._count, self._resting, self._ripe):
                known.clear()
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
        if claim.task_id not in self._claims:
            self._count[claim.access.account_id] += 1
        self._claims[claim.task_id] = claim
        self._resting[_slot(claim.watch.due_at)].append(claim)

    def _due_of(self, slot: int, now: datetime) -> list[Claim]:
        """Take from a slot what is due, the longest first; of the last one that may be a part."""
        claims = sorted(self._resting.pop(slot), key=_due_at)
        due = bisect_right(claims, now, key=_due_at)
        if due < len(claims):
            self._resting[slot] = claims[due:]
        return claims[:due]


def _slot(at: datetime) -> int:
    return int(at.timestamp() * SLOTS)
