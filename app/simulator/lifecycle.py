"""What a simulated task is, and how it looks at a given moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

QUEUED_SHARE = 0.2
MAX_IMAGES = 10
MILLISECOND = timedelta(milliseconds=1)


class Outcome(StrEnum):
    """How a task ends; an endless one does not, so that deadlines can be seen to work."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENDLESS = "endless"


class Status(StrEnum):
    """How a task stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class SimulatedTask:
    """One task, its whole future included; its id says all of this, to the millisecond."""

    model: str
    images: int  # How many results there will be, whatever their kind.
    created: datetime
    duration: timedelta
    outcome: Outcome
    salt: int  # Two bytes that tell apart tasks made alike within one millisecond.


def status(task: SimulatedTask, *, now: datetime) -> Status:
    """Say how the task stands: queued for a fifth of its duration, then at work, then ended."""
    elapsed = now - task.created
    if task.outcome is not Outcome.ENDLESS and elapsed >= task.duration:
        return Status(task.outcome)
    # LemonData cancels a task only before it runs, so a cancelled one waits until its end.
    if task.outcome is Outcome.CANCELLED or elapsed < task.duration * QUEUED_SHARE:
        return Status.PENDING
    return Status.PROCESSING


def progress(task: SimulatedTask, *, now: datetime) -> int:
    """Say how far a live task is, in per cent; an endless one stays at 99."""
    if status(task, now=now) is Status.PENDING:
        return 0
    elapsed = min(now - task.created, task.duration)
    return min(99, int(100 * elapsed / max(task.duration, MILLISECOND)))
