"""When the tasks of a replay arrive, and which of them are judged."""

from dataclasses import dataclass
from math import inf
from random import Random

from app.replay.durations import Duration


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """How many tasks come, how many requests there are for them, and what chance follows from."""

    arrivals_per_minute: float
    rpm: int
    seed: int = 0


class Arrivals:
    """Lets tasks arrive at random, in the order given.

    The first half only teaches. Once all have arrived they arrive once again, unjudged: the last are to
    find as much company as the first.
    """

    def __init__(self, tasks: list[Duration], traffic: Traffic) -> None:
        """Begin before the first of `tasks`."""
        self._tasks = tasks
        self._rate = traffic.arrivals_per_minute / 60
        self._chance = Random(traffic.seed)  # noqa: S311 - it keeps no secret
        self._first_judged = len(tasks) // 2
        self._count = 0
        # Seconds since the replay began: when the next arrives, when the first that is judged did, and
        # when the last of all did.
        self.next_at, self.judging_since, self.over_at = self._after(0.0), inf, inf

    @property
    def judged(self) -> int:
        """How many are judged in all."""
        return len(self._tasks) - self._first_judged

    def is_judged(self, number: int) -> bool:
        """Tell whether the task of that number is."""
        return self._first_judged <= number < len(self._tasks)

    def take(self, now: float) -> tuple[int, Duration]:
        """Return the number of the task that arrives now, and the task."""
        number, many = self._count, len(self._tasks)
        if number == self._first_judged:
            self.judging_since = now
        self._count += 1
        if self._count < 2 * many:
            self.next_at = self._after(now)
        else:
            self.next_at, self.over_at = inf, now
        return number, self._tasks[number % many]

    def _after(self, now: float) -> float:
        return now + self._chance.expovariate(self._rate)
