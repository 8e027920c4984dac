"""When to look, for every age and every price of a poll: a table, made off the hot path."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np

from app.schedule.ages import EDGES, Floats
from app.schedule.curve import Curve
from app.schedule.delay import AVERSION, Delay, between

# Of a poll, in seconds of delay that it must save. The lowest stands for polls that are free.
LOWEST, HIGHEST = 1e-3, 200.0
PRICES = np.geomspace(LOWEST, HIGHEST, 36)
_STEPS = 2400  # Of the grid of ages, at most.
_FINEST = 0.5  # seconds
_CHOICES = 64  # Of waits, at each age.
_LAST = 0.002  # The horizon is where no more than this share of tasks is unfinished,
_NEAREST, _FARTHEST = 300.0, 7200.0  # and lies between these, in seconds.
_LOG_LOWEST = log(LOWEST)
_RATIO = log(PRICES[1] / PRICES[0])


@dataclass(frozen=True, eq=False)
class Plan:
    """The best wait after a "not yet", by age in steps of `step` seconds, and by price."""

    step: float
    table: Floats  # Waits in seconds, by age, then by price.
    firsts: list[float]  # The age of the first look, by price.
    floor: float
    cap: float
    is_suspected: bool = False  # Whether tasks may have become faster than it takes them for.

    @cached_property
    def _waits(self) -> list[list[float]]:
        # Lists: to read one number of an array costs ten times as much.
        return [list(map(float, row)) for row in self.table]

    @cached_property
    def _densities(self) -> Floats:
        return 1 / self.table

    def wait(self, age: float, price: float) -> float:
        """Return how many seconds after a "not yet" at `age` to look again."""
        row = self._waits[max(0, min(int(age / self.step), len(self._waits) - 1))]
        return max(self.floor, min(_between(row, price), self.cap))

    def first(self, price: float) -> float:
        """Return the age, in seconds, at which to look for the first time at a task that is new."""
        return _between(self.firsts, price)

    def densities_at(self, ages: Sequence[float]) -> Floats:
        """Return polls a second, one row for each of `ages` and a column for each price."""
        places = (np.asarray(ages, dtype=float) / self.step).astype(int)
        found: Floats = self._densities[np.clip(places, 0, len(self.table) - 1)]
        return found


def _between(row: list[float], price: float) -> float:
    """Interpolate between the two prices of the table that are next to `price`."""
    if price <= LOWEST:
        return row[0]  # Where polls are free, as they are most of the time.
    place = (log(price) - _LOG_LOWEST) / _RATIO
    column = min(int(place), len(row) - 2)
    share = min(place - column, 1.0)
    return (1 - share) * row[column] + share * row[column + 1]


def make_plan(curve: Curve, *, floor: float, cap: float) -> Plan:
    """Return the waits, `floor` to `cap` seconds, that cost least in polls and delay together.

    A dynamic programme over ages s, for each price p, with the survival S and the cost D of delay:

        W(s) = min over u in [floor, cap] of { p S(s) + D(s, s + u) + W(s + u) }

    No shape of the curve is assumed. Beyond the horizon the hazard is taken for constant. The first look
    alone is bound by no cap: there has been none from which to count.
    """
    step, steps = _grid(curve, floor)
    reach = int(np.ceil(max(cap, step) / step)) + 1
    ages: Floats = np.arange(steps + reach + 1) * np.float64(step)
    delay = Delay.of(curve, ages, PRICES)
    costs, waits = _backwards(delay, steps, step, floor=floor, cap=cap)
    firsts = _firsts(costs, delay)
    # A budget that is not asked for is lost: what is free is spent down to the floor.
    waits[:, 0] = firsts[0] = floor
    return Plan(step, waits, firsts, floor, cap, curve.is_suspected)


def _grid(curve: Curve, floor: float) -> tuple[float, int]:
    """Return the step of the grid in seconds, and how many of them lead to the horizon."""
    over = np.interp(-log(_LAST), curve.cumulative, EDGES)
    horizon = min(max(float(over), _NEAREST), _FARTHEST)
    step = max(min(floor, _FINEST), horizon / _STEPS)
    return step, int(np.ceil(horizon / step))


def _backwards(
    delay: Delay, steps: int, step: float, *, floor: float, cap: float
) -> tuple[Floats, Floats]:
    """Return the costs W and the best waits, from the horizon back to age 0, for all prices at once."""
    choices = np.unique(np.geomspace(max(floor, step), max(cap, step), _CHOICES))
    whole = np.floor(choices / step + 1e-9).astype(int)
    part = choices / step - whole
    costs = np.empty((len(delay.ages), len(PRICES)))
    waits = np.empty((steps + 1, len(PRICES)))
    costs[steps:], waits[steps] = _beyond(delay, steps, floor=floor, cap=cap)
    every = np.arange(len(PRICES))
    for here in range(steps - 1, -1, -1):
        there = here + whole
        after = between(costs, there, part[:, None])
        total = delay.cost(here, choices, there, part) + after
        best = np.argmin(total, axis=0)
        costs[here] = total[best, every] + PRICES * delay.survival[here]
        waits[here] = choices[best]
    return costs, waits


def _beyond(delay: Delay, steps: int, *, floor: float, cap: float) -> tuple[Floats, Floats]:
    """Return the costs from the horizon on, and the wait there, where what ends is rare."""
    before, there = np.maximum(delay.survival[steps - 1 : steps + 1], 1e-300)
    hazard = max(log(before / there) / (delay.ages[steps] - delay.ages[steps - 1]), 1e-9)
    waits = np.clip(np.sqrt(2 * PRICES / hazard / (1 - AVERSION)), floor, cap)
    each = PRICES / waits / hazard + (1 - AVERSION) * waits / 2
    return delay.survival[steps:, None] * each, waits


def _firsts(costs: Floats, delay: Delay) -> list[float]:
    """Return the best age of a first look, by price: nothing has been known of the task since age 0."""
    ages, places = delay.ages[:-1], np.arange(len(delay.ages) - 1)
    total = costs[:-1] + delay.cost(0, ages, places, np.zeros(len(ages)))
    return [float(ages[best]) for best in np.argmin(total, axis=0)]
