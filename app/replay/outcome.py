"""What came of a replay: how each task's end was found, and how many requests it took."""

from dataclasses import dataclass, field

from app.replay.durations import Duration


@dataclass(frozen=True, slots=True)
class Detected:
    """How a task's end was found: how many seconds after it, and by how many polls."""

    task: Duration
    delay: float
    polls: int


@dataclass(slots=True)
class Outcome:
    """What came of the tasks that are judged, and of the budget in that time."""

    detected: list[Detected] = field(default_factory=list)
    # Of the time in which tasks kept coming: one that takes very long would have an idle budget to itself.
    requests: int = 0
    since: float = 0.0  # Seconds since the replay began: when the first that is judged arrived,
    until: float = 0.0  # and when the last was found to have ended, or the last of all arrived.
