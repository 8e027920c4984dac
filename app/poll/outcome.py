"""What an answer means for a task: watch on, the end, or no more looks after the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Asset, Image


class WatchOn(NamedTuple):
    """Look again, as `watch` says."""

    watch: Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """The task is over."""

    status: Status
    images: tuple[Image, ...] = ()
    assets: tuple[Asset, ...] = ()
    error: str | None = None
    model: str | None = None
    deadline_at: datetime | None = None  # Where the deadline was by then, if it had moved.
    late: Watch | None = None  # How to look again, for a task that may yet finish.


@dataclass(frozen=True, slots=True)
class Dropped:
    """The task stays as it ended, and is looked at no more."""


Outcome = WatchOn | Ended | Dropped
