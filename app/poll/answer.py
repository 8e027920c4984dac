"""What LemonData can answer, as values."""

from dataclasses import dataclass
from datetime import timedelta

from app.tasks.status import Status


@dataclass(frozen=True, slots=True)
class Image:
    """A finished image."""

    url: str
    revised_prompt: str | None
    index: int  # Its place among the answer's `data`.


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Not yet: `status` is pending or processing."""

    status: Status


@dataclass(frozen=True, slots=True)
class Finished:
    """Done, with at least one image."""

    images: tuple[Image, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """LemonData says that the task failed, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """LemonData says that the task was cancelled before it ran."""

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """LemonData knows no such task, or not yet, or no more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """No answer about the task: an error, a timeout, a page, nonsense. It never ends a task."""

    why: str
    retry_after: timedelta | None = None


Answer = Unfinished | Finished | Refused | Cancelled | Absent | Fault
