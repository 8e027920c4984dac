"""Tasks to replay, and replays that tell when each was looked at."""

from functools import cache
from math import exp
from random import Random

from app.replay.durations import Duration
from app.replay.outcome import Outcome
from app.replay.queue import Watched
from app.replay.replay import Replay
from app.replay.report import Report, report
from app.replay.student import Student
from app.replay.traffic import Traffic
from app.schedule.forecast import Book
from app.schedule.names import PolicyName

BUSY = Traffic(arrivals_per_minute=120, rpm=1000, seed=1)
CALM = Traffic(arrivals_per_minute=120, rpm=100_000, seed=1)


def lognormals(count: int, median: float = 60, sigma: float = 0.42) -> list[Duration]:
    """Draw durations, always the same."""
    chance = Random(5)
    return [Duration("flux-pro", median * exp(sigma * chance.gauss(0, 1))) for _ in range(count)]


def exponentials(count: int, mean: float = 60) -> list[Duration]:
    """Draw durations whose age tells nothing, always the same."""
    chance = Random(5)
    return [Duration("flux-pro", chance.expovariate(1 / mean)) for _ in range(count)]


class Observed(Replay):
    """A replay that writes down when it looked at which task."""

    def __init__(
        self, tasks: list[Duration], traffic: Traffic, name: PolicyName, *,
        floor: float = 3.0, cap: float = 30.0,
    ) -> None:  # fmt: skip
        """Begin with nothing known."""
        super().__init__(tasks, traffic, Student(Book(floor, cap)), name)
        self.looks: list[tuple[float, int]] = []

    def _poll(self, one: Watched, now: float) -> None:
        self.looks.append((now, one.number))
        super()._poll(one, now)


@cache
def observed(traffic: Traffic, name: PolicyName) -> tuple[Observed, Outcome]:
    """Replay a few hundred tasks, once for all who ask."""
    replay = Observed(lognormals(240), traffic, name)
    return replay, replay.run()


def play(
    tasks: list[Duration], traffic: Traffic, name: PolicyName, *, floor: float = 3.0
) -> Outcome:
    """Replay tasks from nothing known."""
    return Observed(tasks, traffic, name, floor=floor).run()


def judge(
    tasks: list[Duration], traffic: Traffic, name: PolicyName, *, floor: float = 3.0
) -> Report:
    """Replay tasks from nothing known, and sum up."""
    return report(play(tasks, traffic, name, floor=floor), traffic, name)
