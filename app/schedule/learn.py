"""How a tally is brought up to date, and when that is worth a new plan."""

from app.schedule.curve import Curve
from app.schedule.estimate import estimate
from app.schedule.tally import Span, Tally

HALF_LIFE = 6 * 3600.0  # seconds; models change, and what was seen yesterday says little of today
NEWS = 0.15  # Of what was known; less moves a plan by less than the chance in it.


def learnt(tally: Tally, spans: list[Span], prior: Curve, *, passed: float) -> Tally:
    """Return `tally`, `passed` seconds older, with what was seen since."""
    known = tally.fading(0.5 ** (max(passed, 0.0) / HALF_LIFE))
    return known.plus(spans, estimate(tally, prior))


def is_news(before: Tally, after: Tally, *, taken: float) -> bool:
    """Tell whether what is known is worth a new plan, with `taken` ends in it that are in no plan yet.

    A suspicion that begins or ends is news at once: it decides who is a scout.
    """
    known = max(0.0, after.weight - taken)
    is_as_sure = before.doubt.is_suspicion == after.doubt.is_suspicion
    return not is_as_sure or taken >= max(1.0, NEWS * known)
