"""What has been seen of how long tasks take: ends and exposure by age."""

from dataclasses import dataclass

import numpy as np

from app.schedule.ages import BINS, EDGES, WIDTHS, Floats, bin_of
from app.schedule.curve import Curve
from app.schedule.doubt import NO_DOUBT, Doubt
from app.schedule.surprise import NONE, Surprise

# Of an end somewhere in an interval, this part is spread evenly: where the curve has no mass at all,
# none could ever come otherwise.
EVENLY = 0.1
# In tasks: what is older weighs less, so that a model that has changed is known by its new ways soon.
MEMORY = 2000.0
INSTANT = 1e-9  # seconds; an interval as short is none, and its parts have no digits
AFRESH = 20.0  # In tasks: what is kept of a tally that no longer fits what is seen.


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What was seen of one task, ages in seconds: unfinished at `after`, over by `by`.

    `by` is None for one that was last seen unfinished and then no more.
    """

    after: float
    by: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Tally:
    """`ended` tasks, and seconds of tasks `exposed` to ending, in each bin of `ages`."""

    ended: Floats
    exposed: Floats
    surprise: Surprise = NONE
    doubt: Doubt = NO_DOUBT

    @property
    def weight(self) -> float:
        """How many ends are counted."""
        return float(self.ended.sum())

    def fading(self, share: float) -> "Tally":
        """Return what is left of it when `share` is remembered."""
        return Tally(self.ended * share, self.exposed * share, self.surprise, self.doubt)

    def plus(self, spans: list[Span], curve: Curve) -> "Tally":
        """Count what was seen of tasks more; where within its interval each ended, `curve` tells best.

        That is the EM step for interval-censored durations (Turnbull 1976), taken as they come in. By
        what was seen, and not by what was mixed in: that would vouch for itself wherever nobody looks.
        """
        over = [span for span in spans if span.by is not None]
        surprise = self.surprise.after([_place(span, curve) for span in over])
        doubt = self.doubt.after(_early(span, curve) for span in over)
        known = self
        if surprise.is_too_much or doubt.is_certain:
            known = self.fading(min(1.0, AFRESH / max(self.weight, AFRESH)))
            surprise, doubt = NONE, NO_DOUBT
        ended, exposed = known.ended.copy(), known.exposed.copy()
        for span in spans:
            _count(span, curve, ended, exposed)
        counted = Tally(ended, exposed, surprise, doubt)
        return counted.fading(min(1.0, MEMORY / max(counted.weight, 1.0)))


def _place(span: Span, curve: Curve) -> float:
    """Return at which share of all durations the task's lies, by `curve`: 1/2 in the mean, if it fits."""
    by = span.after if span.by is None else max(span.by, span.after)
    return 1 - (curve.survival_at(span.after) + curve.survival_at(by)) / 2


def _early(span: Span, curve: Curve) -> float | None:
    """Return the share of tasks that end before the look that found it, if that was its first."""
    if span.after > 0 or span.by is None:
        return None
    return 1 - curve.survival_at(span.by)


def empty() -> Tally:
    """Return a tally of nothing."""
    return Tally(np.zeros(BINS), np.zeros(BINS))


def _count(span: Span, curve: Curve, ended: Floats, exposed: Floats) -> None:
    first = bin_of(span.after)
    exposed[:first] += WIDTHS[:first]
    if span.by is None:
        exposed[first] += min(span.after, EDGES[-1]) - EDGES[first]
        return
    by = max(span.by, span.after)
    last = max(first, min(int(np.searchsorted(EDGES, by)) - 1, BINS - 1))
    here = slice(first, last + 1)
    begin = np.maximum(EDGES[first : last + 1], span.after)
    end = np.maximum(np.minimum(EDGES[first + 1 : last + 2], by), begin)
    mass = _spread(curve.seen_ending[here] * (end - begin) / WIDTHS[here], end - begin)
    ended[here] += mass
    # Those that go on beyond a bin were exposed in all of it, those that end in it in half of their part.
    beyond = np.maximum(0.0, 1.0 - np.cumsum(mass))
    exposed[here] += beyond * WIDTHS[here] + mass * ((begin + end) / 2 - EDGES[first : last + 1])


def _spread(likely: Floats, evenly: Floats) -> Floats:
    """Return shares that add up to one: mostly as `likely`, a little as `evenly`."""
    whole, even = likely.sum(), evenly.sum()
    if even < INSTANT:
        return np.full(len(evenly), 1 / len(evenly))
    flat: Floats = evenly / even
    return flat if whole <= 0 else (1 - EVENLY) * likely / whole + EVENLY * flat
