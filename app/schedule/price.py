"""The price of a poll: what makes everybody together ask for no more than the budget allows."""

from collections.abc import Mapping, Sequence
from math import exp, log

import numpy as np

from app.schedule.ages import Floats
from app.schedule.plan import LOWEST, PRICES, Plan

# What is asked for is held a little above what there is: a budget that is not asked for is lost, and the
# few polls that must wait for their turn are chosen by value.
ABOVE = 1.03
CATCH_UP = 5.0  # seconds; in which what waits for its turn is to be asked for
LEAST = 0.2  # Of the rate: what waits never takes more than the rest of it.
# Where polls are not free, requests that would be lost go to the tasks that fall due first, if that is
# this soon. A price is found from a model of what is wanted, and never exactly the right one: with a
# second here, up to a fifth of a budget was lost to a price that was too high.
EARLY = 30.0  # seconds
_LOGS = np.log(PRICES)


def demand(plan: Plan, ages: Sequence[float], *, fresh: int, weight: float = 1.0) -> Floats:
    """Return how many polls a second tasks of one plan want, at each of the plan's prices.

    `ages` in seconds are of those that have been looked at, and `fresh` are not yet: by their first
    look each of them wants one. What weighs more is asked for as if polls were cheaper.
    """
    wanted: Floats = fresh / np.maximum(plan.firsts, plan.floor)
    wanted = wanted + plan.densities_at(ages).sum(axis=0)
    return wanted if weight == 1 else np.interp(_LOGS - log(weight), _LOGS, wanted)


def price_for(wanted: Floats, *, rate: float, late: int = 0) -> float:
    """Return the price at which `wanted`, a demand by price, meets `rate` polls a second.

    `late` are due and wait for their turn; they are to have it soon, at the others' expense. With waits
    of sqrt(2 p / h) that is the optimum n_i = R sqrt(h_i) / sum of sqrt(h_j), floors and caps included
    (Azar et al., PNAS 115:8099, 2018).
    """
    offered = max(ABOVE * rate - late / CATCH_UP, LEAST * rate)
    falling = np.minimum.accumulate(wanted)
    if falling[0] <= offered:
        return LOWEST
    # From the highest price to the lowest, as np.interp wants it rising; plateaus do it no harm.
    return exp(float(np.interp(offered, falling[::-1], _LOGS[::-1])))


def is_free(price: float) -> bool:
    """Tell whether there are requests enough for everybody."""
    return price <= LOWEST * 1.001


def fair_rates(wanted: Mapping[int, float], rate: float) -> dict[int, float]:
    """Share `rate` among those who want polls, max-min fairly: who wants less than an even part gets it.

    Where all together want less than there is, each may have the whole.
    """
    if sum(wanted.values()) <= rate:
        return dict.fromkeys(wanted, rate)
    left, level = rate, rate
    by_size = sorted(wanted.values())
    for place, size in enumerate(by_size):
        level = left / (len(by_size) - place)
        if size > level:
            break
        left -= size
    return dict.fromkeys(wanted, level)
