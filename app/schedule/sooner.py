"""When a first look that was planned is to come sooner: what is known of a model has changed since."""

from app.schedule.plan import Plan
from app.schedule.scouts import first_age

# Of the age at which it was planned. Plans and prices move a little all the time.
MUCH_SOONER = 0.75


def sooner(plan: Plan, planned: float, *, price: float, lot: float) -> float | None:
    """Return the age, in seconds, at which to look first, if that is much less than `planned`; or None.

    A model whose tasks take a third of the time they took is known by its first looks, and those wait as
    long as its tasks did take. All that came in meanwhile would wait as long too, each by itself.
    """
    first = first_age(plan, price, lot)
    return first if first < MUCH_SOONER * planned else None
