"""Every policy is tried on the same tasks, more than there are requests for, and learning is compared."""

from statistics import fmean, median

import pytest

from benchmarks.detection.measure import RPM, SHORT, arrivals, measure
from benchmarks.detection.report import table
from benchmarks.detection.worlds import WORLDS, durations


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_the_same_for_every_policy(name: str) -> None:
    tasks = durations(name, 400, seed=1)

    assert durations(name, 400, seed=1) == tasks
    assert durations(name, 400, seed=2) != tasks
    assert all(0 < task.seconds <= 3600 for task in tasks)


def test_worlds_change_where_they_say_so() -> None:
    step, drift = durations("step", 800, seed=1), durations("drift", 800, seed=1)

    assert median(one.seconds for one in step[:600]) == pytest.approx(60, rel=0.1)
    assert median(one.seconds for one in step[600:]) == pytest.approx(30, rel=0.1)
    assert median(one.seconds for one in drift[:80]) == pytest.approx(42, rel=0.15)
    assert median(one.seconds for one in drift[720:]) == pytest.approx(87, rel=0.15)
    assert len({one.model for one in durations("eight models", 400, seed=1)}) == 8


def test_looks_every_four_seconds_would_take_twice_the_budget() -> None:
    tasks = durations("gamma", 400, seed=1)

    looks = fmean(task.seconds / 4 + 1.5 for task in tasks)
    assert arrivals(tasks) * looks == pytest.approx(SHORT * RPM)


def test_learning_is_compared_with_a_fixed_interval() -> None:
    rows = [measure("two models", name, count=200, seed=1) for name in ("fixed", "learning")]

    _, fixed, learning = (line.split() for line in table(rows))

    assert fixed[-2:] == ["-", "-"]
    delays = [row.found.delay for row in rows]
    assert learning[-2:] == [
        f"{delays[1].mean / delays[0].mean:.2f}", f"{delays[1].p95 / delays[0].p95:.2f}"
    ]  # fmt: skip
    assert rows[0].as_json()["world"] == "two models"
    assert all(row.found.budget_used > 0.9 for row in rows)
