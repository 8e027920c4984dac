"""How long a task takes and how it ends, when its caller does not decide."""

from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random

from app.simulator.kinds import Kind
from app.simulator.lifecycle import Outcome

FAILING_SHARE = 0.03


@dataclass(frozen=True)
class Habit:
    """What a model makes, and how long it usually takes: a lognormal law."""

    median: timedelta
    sigma: float
    kind: Kind = Kind.IMAGE


# The order is part of every id, so models are added at the end and never removed.
# A spread of 0.42 puts nine in ten of midjourney's tasks within 30-120 s, as LemonData says.
HABITS = {
    "sim-quick": Habit(timedelta(seconds=3), 0.3),
    "flux-pro": Habit(timedelta(seconds=40), 0.42),
    "ideogram-v3": Habit(timedelta(seconds=20), 0.35),
    "midjourney": Habit(timedelta(seconds=60), 0.42),
    "sim-video": Habit(timedelta(seconds=90), 0.5, Kind.VIDEO),
    "sim-music": Habit(timedelta(seconds=60), 0.4, Kind.MUSIC),
    "sim-3d": Habit(timedelta(seconds=75), 0.45, Kind.MODEL),
}


def models(kind: Kind) -> list[str]:
    """Return the models that make tasks of this kind."""
    return [model for model, habit in HABITS.items() if habit.kind is kind]


def draw(rng: Random, model: str) -> tuple[timedelta, Outcome]:
    """Draw a duration by the model's habit, and an outcome that is rarely a failure."""
    habit = HABITS[model]
    seconds = rng.lognormvariate(log(habit.median.total_seconds()), habit.sigma)
    fails = rng.random() < FAILING_SHARE
    return timedelta(seconds=seconds), Outcome.FAILED if fails else Outcome.COMPLETED
