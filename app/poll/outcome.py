"""What an answer means for a task: watch on, or the end."""

from dataclasses import dataclass
from datetime import datetime

from app.poll.answer import Image
from app.tasks.status import Status
from app.tasks.watch import Watch


@dataclass(frozen=True, slots=True)
class WatchOn:
    """Look again, as `watch` says."""

    watch: Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The task is over."""

    status: Status
    images: tuple[Image, ...] = ()
    error: str | None = None
    deadline_at: datetime | None = None  # Where the deadline was by then, if it had moved.


Outcome = WatchOn | Ended
