"""The tasks under way in a replay: which wait, which are due, and which are asked for next."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import chain

from app.replay.durations import Duration
from app.schedule.choice import Candidate, choose
from app.schedule.price import EARLY

CONSIDERED = 16  # Times as many as can be asked for, of those due longest, are chosen among.


@dataclass(slots=True)
class Watched:
    """One task under way; instants are seconds since the replay began."""

    number: int
    task: Duration
    began: float
    seen: float  # When it was last asked for, or began.
    due: float
    polls: int = 0

    def age(self, now: float) -> float:
        """Return how many seconds ago it began."""
        return now - self.began


class Queue:
    """What is waiting and what is due, as the poll table holds it."""

    def __init__(self, floor: float) -> None:
        """Take no task within `floor` seconds of its last poll."""
        self._floor = floor
        self._waiting: list[tuple[float, int, Watched]] = []
        self._due: list[Watched] = []  # The longest due first.

    def __len__(self) -> int:
        """How many tasks are under way."""
        return len(self._waiting) + len(self._due)

    @property
    def late(self) -> int:
        """How many are due and wait for their turn."""
        return len(self._due)

    def add(self, watched: Watched) -> None:
        """Let a task wait until it is due."""
        heappush(self._waiting, (watched.due, watched.number, watched))

    def next_at(self) -> float:
        """Return when the next one falls due; infinity if none does."""
        return self._waiting[0][0] if self._waiting else float("inf")

    def bring_forward(self, sooner: Callable[[Watched], float | None], now: float) -> None:
        """Make what was never asked for due when `sooner` says, where that says anything."""
        moved = False
        for _, _, one in self._waiting:
            if not one.polls and (due := sooner(one)) is not None:
                one.due, moved = max(now, due), True
        if moved:
            self._waiting = [(one.due, one.number, one) for _, _, one in self._waiting]
            heapify(self._waiting)

    def by_model(self) -> dict[str, list[Watched]]:
        """Return the tasks under way, model by model."""
        found: dict[str, list[Watched]] = {}
        for one in chain(self._due, (one for _, _, one in self._waiting)):
            found.setdefault(one.task.model, []).append(one)
        return found

    def take(self, room: int, now: float) -> list[Watched]:
        """Take at most `room` of those that are due: all of them, or those worth most."""
        while self._waiting and self._waiting[0][0] <= now:
            self._due.append(heappop(self._waiting)[2])
        if len(self._due) <= room:
            taken, self._due = self._due, []
            return taken
        considered = self._due[: CONSIDERED * room]
        chosen = set(choose([_candidate(one) for one in considered], room=room, now=now))
        # In place: there may be many thousands more.
        self._due[: len(considered)] = [one for one in considered if one.number not in chosen]
        return [one for one in considered if one.number in chosen]

    def take_early(self, room: int, now: float) -> list[Watched]:
        """Take at most `room` of those that are due soon, and not only just asked for."""
        taken: list[Watched] = []
        left: list[tuple[float, int, Watched]] = []
        while len(taken) < room and self._waiting and self._waiting[0][0] <= now + EARLY:
            entry = heappop(self._waiting)
            if now - entry[2].seen < self._floor:
                left.append(entry)
            else:
                taken.append(entry[2])
        for entry in left:
            heappush(self._waiting, entry)
        return taken


def _candidate(one: Watched) -> Candidate:
    return Candidate(
        task_id=one.number, client_id=0, weight=1.0, since=one.seen, due=one.due,
        first=one.polls == 0, last=False,
    )  # fmt: skip
