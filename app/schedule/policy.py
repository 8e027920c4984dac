"""When to look again: the interface that every policy fills."""

from datetime import timedelta
from typing import Protocol


class Policy(Protocol):
    """Chooses the wait after a look that found the task unfinished."""

    def wait(self, *, model: str | None, age: timedelta, polls: int) -> timedelta:
        """Return how long to wait before the next look.

        `age` is the task's at this look, and `polls` the looks there have been, this one included.
        """
        ...
