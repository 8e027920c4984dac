"""When to look again: the interface that every policy fills."""

from datetime import timedelta
from typing import NamedTuple, Protocol

from app.schedule.plan import LOWEST


class Standing(NamedTuple):
    """What choosing the next look goes by: what the task is, how old, and what a poll costs."""

    kind: str
    model: str | None
    age: timedelta
    polls: int  # Looks there have been.
    price: float = LOWEST  # Of a poll, in seconds of delay, divided by the task's weight.
    lot: float = 1.0  # From 0 to 1, drawn for the task: the lowest are scouts.


class Policy(Protocol):
    """Chooses the waits before the first look, and after each that found the task unfinished."""

    def first(self, standing: Standing) -> timedelta:
        """Return how long to wait before the first look at a task that is registered now."""
        ...

    def wait(
        self, kind: str, model: str | None, *, age: timedelta, polls: int, price: float
    ) -> timedelta:
        """Return how long to wait before the next look, after one at this age said "not yet".

        It is asked at each look, and is given its standing without a value made for it.
        """
        ...

    def explain(self, standing: Standing, wait: timedelta) -> str:
        """Say in words why to look `wait` after the last look, or after the task was registered."""
        ...
