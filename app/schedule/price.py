"""The price of a poll: what makes everybody together ask for no more than the budget allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from app.schedule.plan import HIGHEST, LOWEST

# What is asked for is held a little above what there is: a budget that is not asked for is lost, and the
# few polls that must wait for their turn are chosen by value.
ABOVE = 1.03
NEAREST, FARTHEST = 1.0, 15.0  # seconds; how far ahead the demand is counted
_FASTEST = 20.0  # The most by which demand may seem to miss the budget.
_FOLLOW = 1.5  # How fast `settled` follows, in waits.


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """Seconds of delay that a poll must save to be worth it, and what the waits under way were set by."""

    value: float = LOWEST
    settled: float = LOWEST  # The mean price of the waits there are.
    at: float = 0.0  # Seconds since the epoch.


def horizon(live: int, rate: float) -> float:
    """Return for how many seconds ahead to count what falls due; `rate` is in polls a second.

    Half a wait of `live` tasks that share the budget: long enough to be even, too short for a task to
    fall due twice.
    """
    return min(max(0.5 * live / rate, NEAREST), FARTHEST)


def steer(price: Price, *, due: int, live: int, rate: float, now: float, cap: float) -> Price:
    """Move `price` so that the demand meets `rate`; `due` of `live` tasks are so within the horizon.

    Waits go with the square root of the price, so demand D under the price p that set the waits would
    meet the rate R under p (D/R)^2. A new price acts only as waits end: what is known of the old one
    is remembered for about a wait, or the price would swing.
    """
    ahead = horizon(live, rate)
    passed = min(max(now - price.at, 0.0), ahead)
    demand = max(due / ahead / (ABOVE * rate), 1 / _FASTEST)
    goal = log(price.settled) + 2 * log(demand)
    value = log(price.value) + (goal - log(price.value)) * passed / ahead
    value = min(max(value, log(LOWEST)), log(HIGHEST))
    wait = min(max(live / rate, NEAREST), cap)
    settled = log(price.settled) + (value - log(price.settled)) * min(1.0, _FOLLOW * passed / wait)
    return Price(value=exp(value), settled=exp(settled), at=now)


def fair_rates(demand: Mapping[int, float], rate: float) -> dict[int, float]:
    """Share `rate` among those who want polls, max-min fairly: who wants less than an even part gets it.

    Where all together want less than there is, each gets in proportion more.
    """
    wanted = sum(demand.values())
    if wanted <= rate:
        return {
            one: rate * (d / wanted if wanted else 1 / len(demand)) for one, d in demand.items()
        }
    left, level = rate, rate
    by_size = sorted(demand.values())
    for place, size in enumerate(by_size):
        level = left / (len(by_size) - place)
        if size > level:
            break
        left -= size
    return dict.fromkeys(demand, level)
