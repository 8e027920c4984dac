"""What is known of a task that is still being watched, as a value."""

from datetime import datetime
from typing import NamedTuple

from app.tasks.status import Status


class Watch(NamedTuple):
    """The state of one watch; deciding takes one and returns the next.

    A tuple, since there is one of each task under way and a new one at each look: as an object with a
    dictionary it took four times the memory, and copying it three times as long.
    """

    path: str  # Where to ask next.
    other_path: str  # Where to ask after a 404.
    strayed: bool  # Whether `path` is only being tried, and `other_path` is the task's own.
    client_id: int  # Whose it is: each client has its fair part of a budget.
    kind: str
    model: str | None
    weight: float  # How much a second of this task's delay counts, beside others.
    started_at: datetime  # When the task began at LemonData; its age counts from here.
    status: Status
    ended_at: datetime | None  # When it timed out, for one that is watched all the same.
    faults: int  # In a row.
    absences: int  # 404s with no good answer between.
    absent_since: datetime | None
    rejections: int  # 400s, likewise.
    rejected_since: datetime | None
    sight: str  # What the last look saw, in a word or two, for the log.
    # From here on what moves at each look, also at one that sees what the last one saw.
    progress: int | None  # In per cent, as LemonData last said.
    due_at: datetime  # When to look next.
    expected_at: datetime  # When the next answer was first wanted; faults leave it where it is.
    deadline_at: datetime  # "Unfinished" at or after this ends the watch.
    seen_at: datetime | None  # When the last "unfinished" was asked for.
    polls: int

    def seen_again(
        self, *, progress: int | None, due_at: datetime, deadline_at: datetime, seen_at: datetime
    ) -> "Watch":
        """Return the watch after a look that saw what the last one did, at a third of `_replace`'s cost."""
        moved = (progress, due_at, due_at, deadline_at, seen_at, self.polls + 1)
        return Watch._make(self[:_MOVING] + moved)

    @property
    def on_the_other_path(self) -> "Watch":
        """The same watch, to be asked for at its other path."""
        return self._replace(path=self.other_path, other_path=self.path, strayed=not self.strayed)

    @property
    def is_calm(self) -> bool:
        """Whether the last look was answered as looks are, at the path that is the task's own."""
        return not (self.strayed or self.faults or self.absences or self.rejections)

    @property
    def back_home(self) -> "Watch":
        """The same watch, to be asked for at the path that is its own."""
        return self.on_the_other_path if self.strayed else self


_MOVING = Watch._fields.index("progress")
