"""How long tasks take: a survival curve by a piecewise constant hazard."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.schedule.ages import EDGES, WIDTHS, Floats, bin_of

# Whatever is estimated, a task may end at any age, and does not certainly end at any.
LEAST_HAZARD = 1e-7  # 1/s


@dataclass(frozen=True, eq=False)
class Curve:
    """The hazard of ending, in 1/s, one value for each bin of `ages`."""

    hazard: Floats
    weight: float = field(default=0.0)  # In tasks: how many ends it was learnt from.
    is_suspected: bool = False  # Whether tasks may have become faster since.
    flat: float = 0.0  # 1/s; the part of each hazard that was mixed in, whatever was seen.

    @cached_property
    def cumulative(self) -> Floats:
        """The cumulative hazard at the edges of the bins."""
        return np.concatenate([[0.0], np.cumsum(self.hazard * WIDTHS)])

    @cached_property
    def survival(self) -> Floats:
        """S at the edges: the share of tasks that are unfinished at that age."""
        return np.exp(-self.cumulative)

    @cached_property
    def ending(self) -> Floats:
        """The share of all tasks that end in each bin."""
        return -np.diff(self.survival)

    @cached_property
    def seen_ending(self) -> Floats:
        """The same without what was mixed in."""
        return self.ending * (1 - self.flat / self.hazard)

    @cached_property
    def lived(self) -> Floats:
        """H at the edges: the integral of S, in seconds, up to that age."""
        return np.concatenate([[0.0], np.cumsum(self.ending / self.hazard)])

    @property
    def mean(self) -> float:
        """The mean age at which tasks end, in seconds."""
        return float(self.lived[-1])

    def survival_at(self, age: float) -> float:
        """Return S(age), exactly: within a bin it falls exponentially."""
        return float(np.exp(-np.interp(age, EDGES, self.cumulative)))

    def ends_within(self, age: float, wait: float) -> float:
        """Return which share of the tasks unfinished at `age` end in the `wait` seconds after it."""
        age = min(age, EDGES[-1] - wait)  # What is older counts as that old.
        before, after = np.interp([age, age + wait], EDGES, self.cumulative)
        return float(-np.expm1(before - after))

    def value(self, age: float, wait: float) -> float:
        """Return what a poll saves that is made `wait` seconds after one at `age` said "not yet".

        In seconds of delay, [H(s+u) - H(s) - u S(s+u)] / S(s) for s = age and u = wait: polling pays
        once it reaches the price of a poll (the index of Busa-Fekete et al., WWW 2025).
        """
        age = min(age, EDGES[-1] - wait)  # As above.
        inner = slice(bin_of(age), bin_of(age + wait) + 1)
        ages = np.concatenate([[age], EDGES[inner][1:], [age + wait]])
        # Of those alive at `age`: their own survival loses no digits where that of all is nearly 0.
        cumulative = np.interp(ages, EDGES, self.cumulative)
        survival = np.exp(cumulative[0] - cumulative)
        lived = np.sum(-np.diff(survival) / self.hazard[inner])
        # No digits are left of a wait as short as the rounding of 1.
        return min(max(0.0, float(lived - wait * survival[-1])), wait)

    def residual(self, age: float, share: float) -> float:
        """Return by which age `share` of the tasks unfinished at `age` have ended."""
        wanted = np.interp(age, EDGES, self.cumulative) - np.log1p(-share)
        return max(age, float(np.interp(wanted, self.cumulative, EDGES)))


def difficulty(curve: Curve) -> float:
    """Return I, the integral of sqrt(f S), in sqrt(s): polls x delay is at least I squared over 2.

    The bound is Keller's (Management Science 21:256, 1974), met where polls are as dense as
    sqrt(hazard / (2 x price)).
    """
    return float(np.sum(np.sqrt(curve.hazard) * np.diff(curve.lived)))
