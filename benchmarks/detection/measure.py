"""One policy in one world, where the budget is short."""

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from app.replay.durations import Duration
from app.replay.replay import Replay
from app.replay.report import Report, report
from app.replay.student import Student
from app.replay.traffic import Traffic
from app.schedule.forecast import Book
from app.schedule.names import PolicyName
from benchmarks.detection.worlds import durations

# The policies, each with its floor in seconds: a fixed interval is its own.
POLICIES: dict[PolicyName, float] = {"fixed": 4.0, "backoff": 3.0, "learning": 3.0}
CAP = 30.0  # seconds
RPM = 1000
SHORT = 2.0  # Times the budget is what looks every four seconds would take.


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What a policy came to in a world."""

    world: str
    found: Report

    def as_json(self) -> dict[str, Any]:
        """Return plain values, as `lemonwatch simulate --json` does."""
        return {"world": self.world, **self.found.as_json()}


def measure(world: str, policy: PolicyName, *, count: int, seed: int) -> Row:
    """Replay so many tasks of a world, half of which are judged."""
    tasks = durations(world, count, seed=seed)
    traffic = Traffic(arrivals_per_minute=arrivals(tasks), rpm=RPM, seed=seed)
    outcome = Replay(tasks, traffic, Student(Book(POLICIES[policy], CAP)), policy).run()
    return Row(world=world, found=report(outcome, traffic, policy))


def arrivals(tasks: list[Duration]) -> float:
    """Return how many tasks a minute want SHORT times the budget, looked at every four seconds."""
    # The first look is at once, and the last on average half an interval after the end.
    looks = fmean(task.seconds for task in tasks) / POLICIES["fixed"] + 1.5
    return SHORT * RPM / looks
