"""Whether what is seen still fits what was learnt: a model that has changed is to be learnt anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

REMEMBERED = 40.0  # Of the latest ends
TOO_MUCH = 4.5  # In standard deviations, over some forty ends: once in a hundred thousand by chance
_SPREAD = 1 / 12  # The variance of what is even between 0 and 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Surprise:
    """How far the latest ends lay from the middle of what was expected, together, and how many they are.

    Where the curve fits, the share of tasks that end before a given one is even between 0 and 1 (the
    probability integral transform), also in the mean over an interval that is all that is known of it.
    """

    off: float = 0.0
    ends: float = 0.0

    @property
    def is_too_much(self) -> bool:
        """Whether chance no longer explains it."""
        return abs(self.off) > TOO_MUCH * sqrt(max(self.ends, 1.0) * _SPREAD)

    def after(self, places: Sequence[float]) -> "Surprise":
        """Return the surprise after more ends, each at its place between 0 and 1 among all."""
        off, ends = self.off, self.ends
        for place in places:
            off, ends = off + place - 0.5, ends + 1
            if ends > REMEMBERED:
                off, ends = off * REMEMBERED / ends, REMEMBERED
        return Surprise(off=off, ends=ends)


NONE = Surprise()
