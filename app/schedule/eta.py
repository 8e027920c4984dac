"""When a task will have ended, as far as others of its model tell."""

from app.schedule.curve import Curve


def ends_by(curve: Curve, *, seen: float, now: float, share: float) -> float:
    """Return the age by which a task has ended with probability `share`; ages in seconds.

    It was last known to be unfinished at age `seen`, and is at age `now`; what should have been is so now.
    """
    return max(now, curve.residual(seen, share))


def outlives(curve: Curve, *, seen: float, deadline: float) -> float:
    """Return the probability that a task unfinished at age `seen` is so at the age of its deadline."""
    return 1 - curve.ends_within(seen, max(0.0, deadline - seen))
