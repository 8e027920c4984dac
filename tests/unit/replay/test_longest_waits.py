"""Who waits longest waits hardly longer than where everybody is asked for in turn."""

from collections.abc import Callable
from random import Random

import pytest

from app.replay.durations import Duration
from app.replay.traffic import Traffic
from tests.unit.replay.replaying import judge

COUNT = 2400
# A third of what looking every three seconds at all of them takes.
SHORT = Traffic(arrivals_per_minute=150, rpm=667, seed=1)


@pytest.mark.parametrize(
    "draw",
    [
        lambda chance: chance.gammavariate(0.5, 80.0),
        lambda chance: chance.weibullvariate(32.0, 0.7),
        lambda chance: chance.uniform(0.0, 80.0),
    ],
    ids=["gamma", "weibull", "uniform"],
)
def test_the_longest_delays_are_hardly_longer_than_those_of_fixed(
    draw: Callable[[Random], float],
) -> None:
    """Of durations that spread so widely that a wait can be chosen well only for a part of them."""
    chance = Random(5)
    tasks = [Duration("flux-pro", draw(chance)) for _ in range(COUNT)]

    fixed, learning = (
        judge(tasks, SHORT, "fixed", floor=3.0).delay,
        judge(tasks, SHORT, "learning", floor=3.0).delay,
    )

    assert learning.mean < fixed.mean
    assert learning.p95 < 1.1 * fixed.p95
