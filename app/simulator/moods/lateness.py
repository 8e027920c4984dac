"""How much longer than its id says a task takes."""

from binascii import crc32
from datetime import datetime, timedelta

from app.simulator.lifecycle import Outcome, SimulatedTask
from app.simulator.moods.moods import Moods


def lateness(moods: Moods, task_id: str) -> timedelta:
    """Return how much longer this task is queued; its id alone decides whether it is at all."""
    is_late = crc32(task_id.encode()) < moods.late * (1 << 32)
    return timedelta(seconds=moods.late_by) if is_late else timedelta()


def ends_at(task: SimulatedTask, *, late_by: timedelta) -> datetime | None:
    """Return when the task becomes terminal, or None if it never does."""
    return None if task.outcome is Outcome.ENDLESS else task.created + task.duration + late_by
