"""What is known of a task that is still being watched, as a value."""

from dataclasses import dataclass
from datetime import datetime

from app.tasks.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """The state of one watch; deciding takes one and returns the next."""

    model: str | None
    started_at: datetime  # When the task began at LemonData; its age counts from here.
    status: Status
    due_at: datetime  # When to look next.
    deadline_at: datetime  # "Unfinished" at or after this ends the watch.
    expected_at: datetime  # When the next answer was first wanted; faults leave it where it is.
    seen_at: datetime | None  # When the last "unfinished" was asked for.
    polls: int
    faults: int  # In a row.
    absences: int  # 404s with no good answer between.
    absent_since: datetime | None
    sight: str  # What the last look saw, in a word or two, for the log.
