"""Which polls to spend a short budget on: the most overdue, fairly between clients, first looks kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

KEPT = 10  # One in so many polls is kept for first looks and for those at the deadline.
# Below this a wait says little of what a look is worth: one that was registered now was due at once.
SHORTEST_WAIT = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task that could be asked for; instants are in seconds since 1970."""

    task_id: int
    client_id: int
    weight: float
    since: float  # When its wait began: the last look that was answered, or its start.
    due: float
    first: bool  # Whether it was never looked at.
    last: bool  # Whether its deadline has come.

    def stretch(self, now: float) -> float:
        """Return by how much the wait has grown over the one that was planned.

        What a poll is worth, in units of its price, grows as the square of this. The planned wait knows
        of the weight already.
        """
        return (now - self.since) / max(self.due - self.since, SHORTEST_WAIT)


def choose(candidates: Sequence[Candidate], *, room: int, now: float) -> list[int]:
    """Return the ids of at most `room` of `candidates`, those chosen first in front."""
    edge = sorted((c for c in candidates if c.first or c.last), key=lambda c: (c.due, c.task_id))
    chosen = [c.task_id for c in edge[: room // KEPT]]
    taken: dict[int, int] = defaultdict(int)
    for one in edge[: room // KEPT]:
        taken[one.client_id] += 1
    queues = _queues(candidates, without=set(chosen), now=now)
    # The client that has got the least so far is next: equal shares, and what one leaves is the others'.
    turns = [(taken[client], client) for client in queues]
    heapify(turns)
    while turns and len(chosen) < room:
        count, client = turns[0]
        chosen.append(queues[client].pop())
        if queues[client]:
            heapreplace(turns, (count + 1, client))
        else:
            heappop(turns)
    return chosen


def _queues(
    candidates: Sequence[Candidate], *, without: set[int], now: float
) -> dict[int, list[int]]:
    """Return the tasks of each client, those that are to come first at the end."""
    rest = [c for c in candidates if c.task_id not in without]
    queues: dict[int, list[int]] = defaultdict(list)
    for one in sorted(rest, key=lambda c: (c.stretch(now), -c.due, -c.task_id)):
        queues[one.client_id].append(one.task_id)
    return queues
