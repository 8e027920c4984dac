"""Whether what is old may go, or why it is kept."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from app.outbox.states import DeliveryState

OPEN = {DeliveryState.DUE, DeliveryState.HELD}


class Kept(StrEnum):
    """Why something is kept although it is old."""

    UNDELIVERED = "undelivered"  # Some of it is still to be sent.
    RECOVERING = "recovering"  # Somebody asked to recover it, and that has not come to it yet.
    WATCHED = "watched"  # Its task is still looked at.
    BUSY = "busy"  # Somebody has it at hand just now.


class Sent(NamedTuple):
    """A delivery: where it stands, and whether a recovery that is running wants it."""

    id: int
    state: DeliveryState
    is_wanted: bool


class Told(NamedTuple):
    """An event, and what it was to be sent as."""

    id: int
    client_id: int
    sequence: int
    public_id: str
    deliveries: tuple[Sent, ...]


class Old(NamedTuple):
    """What goes as a whole or not at all: a task with all that was told of it, or an event of none."""

    task_id: int | None
    created_at: datetime
    labels: frozenset[int]
    is_watched: bool
    events: tuple[Told, ...]

    @property
    def deliveries(self) -> list[Sent]:
        """All of them, whatever they tell."""
        return [sent for told in self.events for sent in told.deliveries]


def kept_for(old: Old) -> Kept | None:
    """Return why this is kept; None if it may go. What was given up is not owed any more."""
    if any(sent.state in OPEN for sent in old.deliveries):
        return Kept.UNDELIVERED
    if any(sent.is_wanted for sent in old.deliveries):
        return Kept.RECOVERING
    return Kept.WATCHED if old.is_watched else None
