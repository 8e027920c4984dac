"""What a receiver can reply, as values."""

from dataclasses import dataclass
from datetime import timedelta

from app.outbox.states import Fault


class NoAnswer(Exception):
    """There will be none, for the reason of `fault`."""

    def __init__(self, fault: Fault) -> None:
        """Say why."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Replied:
    """The receiver answered with an HTTP status; `body` is the beginning of what it said."""

    status: int
    body: str
    retry_after: timedelta | None
    took: timedelta
    is_truncated: bool = False  # Whether it said more than that.


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No HTTP answer: `why` is a Fault, or names an error of our own."""

    why: str
    took: timedelta


@dataclass(frozen=True, slots=True)
class Barred:
    """The URL leads where webhooks may not go, so nothing was sent."""

    why: str


Reply = Replied | Unanswered | Barred
