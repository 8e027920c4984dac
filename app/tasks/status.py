"""The states of a task, and which of them are its end."""

from enum import StrEnum


class Status(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def is_live(self) -> bool:
        """Whether the task may still change by itself."""
        return self in {Status.PENDING, Status.PROCESSING}


# What LemonData itself says to be over, at some instant between two looks.
ENDED_THERE = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
TERMINAL = tuple(status for status in Status if not status.is_live)


def further(known: Status, seen: Status) -> Status:
    """Return the later of two live states: a task that was processing is never pending again."""
    # Not `in {known, seen}`: an enumeration's members take 2 µs each to hash, as Python does it.
    return known if known is Status.PROCESSING else seen
