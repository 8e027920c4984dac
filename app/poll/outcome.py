"""What an answer means for a task: watch on, or the end."""

from dataclasses import dataclass

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


Outcome = WatchOn | Ended
