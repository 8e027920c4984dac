"""What it costs to find late that tasks have ended, for every price of a poll at once."""

from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.schedule.ages import EDGES, Floats
from app.schedule.curve import Curve

Places: TypeAlias = NDArray[np.int_]  # On a grid.

# This part of it counts by its square. By the mean alone, those that end where few do wait for all the
# others, and the longest waits are longer than if everybody were asked for in turn.
AVERSION = 0.875
# Squares count only what ends at more than this part of the mean rate. Long waits are where next to
# nothing ends, and their squares would make more of that, which may be mere belief, than of all the rest.
RARE = 0.1
# So that where age tells nothing the best wait is what it would be by the mean.
_SCALE = 0.75 / (1 - RARE)


@dataclass(frozen=True, eq=False, slots=True)
class Delay:
    """The expected cost of a wait, on a grid of ages from 0 on.

    With f the density of ends, g what of it is not rare, e the even wait that is best at a price where
    age tells nothing, A the aversion and c a constant, a wait from the age s to t costs, in seconds,

        (1 - A) integral of (t - x) f(x) dx + (A c / e) integral of (t - x)^2 g(x) dx
    """

    ages: Floats
    survival: Floats
    late: Floats  # The integral of all that has ended, F, up to each age.
    # The same of what is not rare, its integral and its integral's: G, and how late it is in squares.
    often: Floats
    often_late: Floats
    often_squares: Floats
    weights: Floats  # Of a square, by price, in 1/s.

    @classmethod
    def of(cls, curve: Curve, ages: Floats, prices: Floats) -> Self:
        """Weigh ends as `curve` has them, at `ages` in even steps and at each of `prices`, in seconds."""
        survival = np.exp(-np.interp(ages, EDGES, curve.cumulative))
        share = np.maximum(0.0, 1 - RARE / (curve.mean * curve.hazard))
        ended = np.concatenate([[0.0], np.cumsum(share * curve.ending)])
        often = np.interp(ages, EDGES, ended)
        often_late = _integral(often, ages)
        even = np.sqrt(2 * prices * curve.mean)
        return cls(
            ages, survival, ages - _lived(survival, ages), often, often_late,
            _integral(often_late, ages), AVERSION * _SCALE / even,
        )  # fmt: skip

    def cost(self, here: int, waits: Floats, there: Places, part: Floats) -> Floats:
        """Return what each of `waits`, in seconds, costs after age `here`: a row a wait, a column a price.

        They lead a `part` of a step beyond the ages `there`; both ages are told by their places.
        """
        mean = between(self.late, there, part) - self.late[here] - waits * (1 - self.survival[here])
        # Along a line it would not be exact enough: what is squared bends.
        square = self._squares(there, part * self.ages[1]) - self._squares(here, waits)
        weighed: Floats = (1 - AVERSION) * mean[:, None] + np.outer(2 * square, self.weights)
        return weighed

    def _squares(self, places: Places | int, after: Floats) -> Floats:
        """Return the third integral so many seconds after these ages, if nothing ends in between."""
        late = self.often_late[places] + after / 2 * self.often[places]
        found: Floats = self.often_squares[places] + after * late
        return found


def between(row: Floats, there: Places, part: Floats) -> Floats:
    """Return the values of `row` a `part` of a step beyond those at the places `there`."""
    found: Floats = row[there] + part * (row[there + 1] - row[there])
    return found


def _lived(survival: Floats, ages: Floats) -> Floats:
    """Return the integral of S, exact for a constant hazard between ages."""
    ratio = np.maximum(survival[:-1], 1e-300) / np.maximum(survival[1:], 1e-300)
    hazard = np.log(ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = -np.diff(survival) / hazard
    means = np.where(hazard > 1e-9, mean, survival[:-1])
    return np.concatenate([[0.0], np.cumsum(means * np.diff(ages))])


def _integral(row: Floats, ages: Floats) -> Floats:
    means = (row[1:] + row[:-1]) / 2
    return np.concatenate([[0.0], np.cumsum(means * np.diff(ages))])
