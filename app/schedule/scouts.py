"""Scouts: a few tasks that are looked at once where no other is, so that a change is known sooner."""

from hashlib import blake2b

from app.schedule.plan import Plan

SHARE = 0.1  # Of new tasks: what scouts cost is this part of a poll a task.
IN_DOUBT = 0.5  # Of them, while the latest ends speak for their having become faster.
AGE = 0.5  # Of that of the first look
# A first look that comes sooner is soon enough to see a change by: in waits after it, and in floors.
BLIND, LONG = 3.0, 8.0


def lot(name: str) -> float:
    """Draw a number from 0 to 1 for a task, always the same for the same name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") / 2**32


def is_scout(plan: Plan, price: float, lot: float) -> bool:
    """Tell whether a task that has drawn this lot is to be looked at before the plan's first look.

    Only where that is long to be blind, as it is before a narrow curve. A model that has become faster is
    known by its first looks; without scouts, all that came in meanwhile would wait as long as tasks did.
    """
    first = plan.first(price)
    is_blind = first >= max(BLIND * plan.wait(first, price), LONG * plan.floor)
    return is_blind and lot < (IN_DOUBT if plan.is_suspected else SHARE)


def first_age(plan: Plan, price: float, lot: float) -> float:
    """Return the age, in seconds, at which to look first at a task that has drawn this lot."""
    return plan.first(price) * (AGE if is_scout(plan, price, lot) else 1.0)
