"""Where a model changes at once, learning is soon no worse than looking every four seconds."""

from math import exp
from random import Random

import pytest

from app.replay.durations import Duration
from app.replay.traffic import Traffic
from tests.unit.replay.replaying import judge

HALF = 1200
SHORT = Traffic(arrivals_per_minute=120, rpm=600, seed=1)


def changing(before: dict[str, float], after: dict[str, float]) -> list[Duration]:
    """Draw tasks of models whose median seconds are these before half of them, and those after."""
    chance, tasks = Random(3), []
    for medians in (before, after):
        for _ in range(HALF):
            model = chance.choice(list(medians))
            tasks.append(Duration(model, medians[model] * exp(0.3 * chance.gauss(0, 1))))
    return tasks


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"flux-pro": 80.0}, {"flux-pro": 25.0}),
        ({"flux-pro": 25.0}, {"flux-pro": 80.0}),
        ({"a": 15.0, "b": 75.0}, {"a": 75.0, "b": 15.0}),
    ],
    ids=["faster", "slower", "swapped"],
)
def test_a_change_costs_no_more_than_learning_gains(
    before: dict[str, float], after: dict[str, float]
) -> None:
    """Judged from the very moment of the change."""
    tasks = changing(before, after)

    fixed, learning = (
        judge(tasks, SHORT, "fixed", floor=4.0).delay,
        judge(tasks, SHORT, "learning").delay,
    )

    assert learning.mean < 1.05 * fixed.mean
    assert learning.p95 < 1.1 * fixed.p95
