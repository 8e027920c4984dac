"""How long a task takes and how it ends, when its caller does not decide."""

from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random

from app.simulator.lifecycle import Outcome

FAILING_SHARE = 0.03


@dataclass(frozen=True)
class Habit:
    """How long a model usually takes: a lognormal law with this median and spread."""

    median: timedelta
    sigma: float


# The order is part of every id, so models are added at the end and never removed.
# A spread of 0.42 puts nine in ten of midjourney's tasks within 30-120 s, as LemonData says.
HABITS = {
    "sim-quick": Habit(timedelta(seconds=3), 0.3),
    "flux-pro": Habit(timedelta(seconds=40), 0.42),
    "ideogram-v3": Habit(timedelta(seconds=20), 0.35),
    "midjourney": Habit(timedelta(seconds=60), 0.42),
}


def draw(rng: Random, model: str) -> tuple[timedelta, Outcome]:
    """Draw a duration by the model's habit, and an outcome that is rarely a failure."""
    habit = HABITS[model]
    seconds = rng.lognormvariate(log(habit.median.total_seconds()), habit.sigma)
    fails = rng.random() < FAILING_SHARE
    return timedelta(seconds=seconds), Outcome.FAILED if fails else Outcome.COMPLETED
