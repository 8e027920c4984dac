"""What is known of a task that is still being watched, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from app.tasks.status import Status


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The state of one watch; deciding takes one and returns the next."""

    # Without slots, so that `of` and `but` can fill it as one dictionary.

    path: str  # Where to ask next.
    other_path: str  # Where to ask after a 404.
    strayed: bool  # Whether `path` is only being tried, and `other_path` is the task's own.
    client_id: int  # Whose it is: each client has its fair part of a budget.
    kind: str
    model: str | None
    weight: float  # How much a second of this task's delay counts, beside others.
    started_at: datetime  # When the task began at LemonData; its age counts from here.
    status: Status
    progress: int | None  # In per cent, as LemonData last said.
    due_at: datetime  # When to look next.
    deadline_at: datetime  # "Unfinished" at or after this ends the watch.
    expected_at: datetime  # When the next answer was first wanted; faults leave it where it is.
    seen_at: datetime | None  # When the last "unfinished" was asked for.
    ended_at: datetime | None  # When it timed out, for one that is watched all the same.
    polls: int
    faults: int  # In a row.
    absences: int  # 404s with no good answer between.
    absent_since: datetime | None
    rejections: int  # 400s, likewise.
    rejected_since: datetime | None
    sight: str  # What the last look saw, in a word or two, for the log.

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Make a watch of all its fields, in their order: at a tenth of what a frozen class takes."""
        watch = object.__new__(cls)
        watch.__dict__.update(fields)
        return watch

    def but(self, **changes: Any) -> "Watch":
        """Return the same watch with these changes: `replace`, at a tenth of its cost.

        It happens at every look, and there are thousands of them a second.
        """
        watch = object.__new__(type(self))
        watch.__dict__.update(self.__dict__, **changes)
        return watch

    @property
    def on_the_other_path(self) -> "Watch":
        """The same watch, to be asked for at its other path."""
        return self.but(path=self.other_path, other_path=self.path, strayed=not self.strayed)

    @property
    def is_calm(self) -> bool:
        """Whether the last look was answered as looks are, at the path that is the task's own."""
        return not (self.strayed or self.faults or self.absences or self.rejections)

    @property
    def back_home(self) -> "Watch":
        """The same watch, to be asked for at the path that is its own."""
        return self.on_the_other_path if self.strayed else self
