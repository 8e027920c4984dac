"""What is counted of requests: in all, and for each task."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request as it comes."""

    key: str
    task_id: str | None = None  # Of the task whose status is asked for, where there is such a task.
    ends_at: datetime | None = None  # When that task becomes terminal; None is never.
    polling: bool = False
    paused: bool = False  # During a forced pause.


@dataclass(slots=True)
class Totals:
    """All requests below `/v1`, and what became of them."""

    requests: int = 0
    polls: int = 0
    answered: int = 0  # As it should be, creating included.
    throttled: int = 0  # 429, for a forced pause or the rate limit.
    struck: dict[str, int] = field(default_factory=dict)  # By mood.
    refused: int = 0  # For no mood's sake: a bad key, an unknown task, a malformed body.
    during_pause: int = 0
    too_soon_after_429: int = 0  # By a key that was told to wait.
    too_soon_after_503: int = 0  # For a task that was told to wait.


@dataclass(slots=True)
class Row:
    """One task's requests: `polls` are the answered, throttled, struck, refused and those under way."""

    task_id: str
    polls: int = 0
    answered: int = 0
    throttled: int = 0
    struck: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    too_soon: int = 0
    under_way: int = 0
    most_at_once: int = 0
    first_poll_at: datetime | None = None
    last_poll_at: datetime | None = None
    ends_at: datetime | None = None  # By the task's own law, its lateness included.
    end_served_at: datetime | None = None  # When an answer that tells its end was first given.
