"""Two policies that learn nothing: a fixed interval, and one that grows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from app.schedule.policy import Policy

# Grows gently: the vendor's tasks take 30 to 120 s, where doubling would already look a minute apart.
GROWTH = 1.25
# Beyond this exponent the wait exceeds any cap; without the clamp a long watch overflows a float.
MOST_STEPS = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """Looks every `floor`."""

    floor: timedelta

    def wait(self, *, model: str | None, age: timedelta, polls: int) -> timedelta:
        """Return the floor, always."""
        return self.floor


@dataclass(frozen=True, kw_only=True, slots=True)
class Backoff:
    """Waits `floor` at first and a quarter longer each time, up to `cap`."""

    floor: timedelta
    cap: timedelta

    def wait(self, *, model: str | None, age: timedelta, polls: int) -> timedelta:
        """Return floor x GROWTH^(polls - 1), at most the cap."""
        steps = min(max(polls - 1, 0), MOST_STEPS)
        # Compared as a ratio: a timedelta overflows long before a float does.
        return self.floor * min(GROWTH**steps, self.cap / self.floor)


def policy(name: Literal["backoff", "fixed"], *, floor: timedelta, cap: timedelta) -> Policy:
    """Return the policy of that name."""
    return Fixed(floor=floor) if name == "fixed" else Backoff(floor=floor, cap=cap)
