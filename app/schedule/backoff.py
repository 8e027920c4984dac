"""Two policies that learn nothing: a fixed interval, and one that grows."""

from dataclasses import dataclass
from datetime import timedelta

from app.schedule.policy import Standing

# Grows gently: the vendor's tasks take 30 to 120 s, where doubling would already look a minute apart.
GROWTH = 1.25
# Beyond this exponent the wait exceeds any cap; without the clamp a long watch overflows a float.
MOST_STEPS = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """Looks at once, and then every `floor`."""

    floor: timedelta

    def first(self, standing: Standing) -> timedelta:
        """Return no wait."""
        return timedelta()

    def wait(
        self, kind: str, model: str | None, *, age: timedelta, polls: int, price: float
    ) -> timedelta:
        """Return the floor, always."""
        return self.floor

    def explain(self, standing: Standing, wait: timedelta) -> str:
        """Say that it is always the same."""
        return f"next look in {wait.total_seconds():.3g} s: the interval is fixed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Backoff:
    """Looks at once, waits `floor` at first and a quarter longer each time, up to `cap`."""

    floor: timedelta
    cap: timedelta

    def first(self, standing: Standing) -> timedelta:
        """Return no wait."""
        return timedelta()

    def wait(
        self, kind: str, model: str | None, *, age: timedelta, polls: int, price: float
    ) -> timedelta:
        """Return floor x GROWTH^(polls - 1), at most the cap."""
        steps = min(max(polls - 1, 0), MOST_STEPS)
        # Compared as a ratio: a timedelta overflows long before a float does.
        return self.floor * min(GROWTH**steps, self.cap / self.floor)

    def explain(self, standing: Standing, wait: timedelta) -> str:
        """Say how the wait grows."""
        most = self.cap.total_seconds()
        return (
            f"next look in {wait.total_seconds():.3g} s: each wait is a quarter longer than the one "
            f"before, up to {most:.3g} s"
        )
