"""The curve that fits best what has been seen, with what is believed where little was."""

import numpy as np

from app.schedule.ages import BINS, Floats
from app.schedule.curve import LEAST_HAZARD, Curve
from app.schedule.tally import Tally

BELIEF = 10.0  # In tasks: what the prior weighs beside what was seen.
# A task may end at any age, whatever was seen: as if this share of them ended at a constant rate. More
# while few have been seen; with thousands, ten times as much would cost a narrow curve a fifth.
FLAT, FLAT_AT_FIRST = 0.015, 0.3
_FEW = 3.0  # Ends; fewer have no shape of their own.
_WIDTHS = (1.0, 1.5, 2.2, 3.3, 5.0, 7.5, 11.0, 16.0, 24.0, 36.0)  # Of kernels, in bins.


def estimate(tally: Tally, prior: Curve) -> Curve:
    """Return the curve of `tally`, shrunk towards `prior`.

    The hazard of a bin is (d + B f0) / (E + B H0) of its ends d and exposure E, both smoothed by a
    Gaussian kernel, and of what B tasks of the prior would show: the Bayes estimate under a gamma
    prior, bin by bin. A flat part is mixed in.
    """
    seen = tally.weight
    ended, exposed = _smoothed(tally)
    believed = BELIEF * np.diff(prior.lived)
    hazard = (ended + BELIEF * prior.ending) / (exposed + believed + 1e-12)
    mean = float(tally.exposed.sum() + BELIEF * prior.mean) / (seen + BELIEF)
    flat = (FLAT + (FLAT_AT_FIRST - FLAT) * BELIEF / (BELIEF + seen)) / mean
    return Curve(
        np.maximum(hazard + flat, LEAST_HAZARD), weight=seen, is_suspected=tally.doubt.is_suspicion,
        flat=flat,
    )  # fmt: skip


def plain(tally: Tally) -> Curve:
    """Return the curve of `tally` alone: nothing is believed beside it, and nothing mixed in."""
    ended, exposed = _smoothed(tally)
    return Curve(np.maximum(ended / (exposed + 1e-9), LEAST_HAZARD), weight=tally.weight)


def _smoothed(tally: Tally) -> tuple[Floats, Floats]:
    if tally.weight < _FEW:
        return tally.ended, tally.exposed
    kernel = _kernel(_width(tally.ended, tally.weight))
    return _smooth(tally.ended, kernel), _smooth(tally.exposed, kernel)


def _width(ended: Floats, seen: float) -> float:
    """Return the kernel's width, in bins, under which the ends are likeliest, each left out in turn.

    Not below Silverman's rule, 0.9 min(sd, IQR / 1.35) n^(-1/5): ends that are known to an interval
    only stand beside themselves, and would vouch for ever narrower kernels. In place of the quartiles,
    which tell of the gap between failures at once and all the others, the shortest half.
    """
    share = ended / seen
    places = np.arange(BINS)
    middle = float(share @ places)
    deviation = float(np.sqrt(share @ (places - middle) ** 2))
    up_to = np.cumsum(share)
    half = int(np.min(np.searchsorted(up_to, up_to - share + 0.5) - places))
    least = max(0.5, 0.9 * min(deviation, max(half, 1) / 1.35) * seen**-0.2)
    # The widest is far narrower than the ages: a convolution by more would return more than there are.
    least = min(least, _WIDTHS[-1])
    widths = [least, *(width for width in _WIDTHS if width > least)]
    best: float = max(widths, key=lambda width: _likelihood(ended, seen, _kernel(width)))
    return best


def _likelihood(ended: Floats, seen: float, kernel: Floats) -> float:
    """Return the log likelihood of the ends under the density of the others."""
    others = _smooth(ended, kernel) - np.minimum(ended, 1.0) * kernel.max()
    density = np.maximum(others, 1e-9) / max(seen - 1, 1.0)
    return float(ended @ np.log(density + 1e-7))


def _kernel(width: float) -> Floats:
    reach = int(np.ceil(3 * width))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    kernel: Floats = bell / bell.sum()
    return kernel


def _smooth(values: Floats, kernel: Floats) -> Floats:
    return np.convolve(values, kernel, "same")
