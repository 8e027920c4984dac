"""Tells who delivers in this process that there is something new: a moment sooner than it would look."""

from collections.abc import Callable
from typing import Self

from app.process.process import Process


class Bell:
    """One of a process. What it says is in SQL as well, so a ring that nobody hears costs time alone."""

    def __init__(self) -> None:
        """Be heard by nobody yet."""
        self._heard_by: list[Callable[[], None]] = []

    @classmethod
    def of(cls, _: Process) -> Self:
        """Make the bell of a process."""
        return cls()

    def listen(self, wake: Callable[[], None]) -> None:
        """Have `wake` called at each ring."""
        self._heard_by.append(wake)

    def ring(self) -> None:
        """Say that deliveries were written, and are committed."""
        for wake in self._heard_by:
            wake()

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Be heard by nobody any more."""
        self._heard_by.clear()
