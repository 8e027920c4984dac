"""A replay finds every end, within the floor and the budget, and learning finds them sooner."""

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

import pytest

from app.errors import InvalidInput
from app.replay.durations import Duration
from app.replay.replay import Replay
from app.replay.report import report
from app.replay.student import Student
from app.replay.traffic import Traffic
from app.schedule.forecast import Book
from app.schedule.names import PolicyName
from tests.unit.replay.replaying import (
    BUSY,
    CALM,
    exponentials,
    judge,
    lognormals,
    observed,
    play,
)

POLICIES: list[PolicyName] = ["learning", "fixed", "backoff"]
QUICK = lognormals(41, median=10)
SPARE = replace(BUSY, arrivals_per_minute=80)  # Hardly short, so that some are asked for early.


@pytest.mark.parametrize("name", POLICIES)
def test_the_same_seed_has_the_same_outcome_and_another_another(name: PolicyName) -> None:
    outcome = play(QUICK, BUSY, name)

    assert play(QUICK, BUSY, name) == outcome
    assert play(QUICK, replace(BUSY, seed=2), name) != outcome


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("count", [2, 3, 41])
def test_each_of_the_second_half_is_found_once_and_never_before_its_end(
    name: PolicyName, count: int
) -> None:
    tasks = [Duration(str(number % 2), one.seconds) for number, one in enumerate(QUICK[:count])]

    detected = play(tasks, BUSY, name).detected

    found = sorted(one.task.seconds for one in detected)
    assert found == sorted(one.seconds for one in tasks[count // 2 :])
    assert all(one.delay >= 0 and one.polls >= 1 for one in detected)


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("traffic", [BUSY, SPARE], ids=["short", "hardly short"])
def test_no_task_is_looked_at_twice_within_the_floor(name: PolicyName, traffic: Traffic) -> None:
    replay, _ = observed(traffic, name)

    by_task: dict[int, list[float]] = {}
    for at, number in replay.looks:
        by_task.setdefault(number, []).append(at)
    gaps = [after - at for looks in by_task.values() for at, after in pairwise(looks)]
    assert len(gaps) > 1000
    assert min(gaps) > 3 - 1e-6


@pytest.mark.parametrize("name", POLICIES)
def test_ten_seconds_hold_at_most_a_tenth_more_than_their_budget(name: PolicyName) -> None:
    replay, _ = observed(BUSY, name)

    looks = [at for at, _ in replay.looks]
    fullest = max(bisect_right(looks, at + 10) - place for place, at in enumerate(looks))
    assert 0.95 * 1000 / 6 < fullest <= 1.1 * 1000 / 6


@pytest.mark.parametrize("name", ["learning", "fixed"])
def test_a_short_budget_is_used_up(name: PolicyName) -> None:
    _, outcome = observed(BUSY, name)

    assert 0.95 < report(outcome, BUSY, name).budget_used <= 1


def test_a_straggler_makes_a_short_budget_look_no_idler() -> None:
    """What comes after the last arrival is not counted."""
    tasks = [*lognormals(200), Duration("slow", 7200.0)]

    assert 0.95 < judge(tasks, BUSY, "fixed").budget_used <= 1


def test_a_fixed_interval_finds_ends_after_half_of_it() -> None:
    tasks = lognormals(600)

    found = judge(tasks, CALM, "fixed", floor=4)

    looks = fmean(one.seconds for one in tasks[300:]) / 4 + 1.5  # The first is at once.
    assert found.delay.mean == pytest.approx(2, rel=0.1)
    assert found.delay.p95 == pytest.approx(3.8, rel=0.1)
    assert found.polls_per_task == pytest.approx(looks, rel=0.01)


def test_where_there_are_requests_enough_learning_spends_them_down_to_the_floor() -> None:
    """The half of three seconds."""
    assert judge(lognormals(150), CALM, "learning").delay.mean == pytest.approx(1.5, rel=0.1)


def test_learning_finds_ends_a_quarter_sooner_where_the_budget_is_short() -> None:
    tasks = lognormals(1200)

    fixed, learning = (judge(tasks, BUSY, name) for name in ("fixed", "learning"))

    assert learning.delay.mean < 0.75 * fixed.delay.mean
    assert learning.delay.p95 < 0.9 * fixed.delay.p95
    assert learning.product < 1.15 * learning.bound


def test_where_age_tells_nothing_learning_is_no_worse() -> None:
    """Once it has seen some hundreds: before, it believes that age tells much."""
    tasks, traffic = exponentials(1600), replace(BUSY, seed=2)

    fixed, learning = (judge(tasks, traffic, name) for name in ("fixed", "learning"))

    assert learning.delay.mean < 1.05 * fixed.delay.mean


def test_a_replay_of_rare_tasks_takes_no_longer() -> None:
    """In the days between two of them there is nothing to do."""
    rare = Traffic(arrivals_per_minute=0.001, rpm=1000)

    found = judge([Duration("a", 60)] * 10, rare, "learning")

    assert found.delay.mean <= 3
    assert found.budget_used < 0.001


def test_a_replay_that_would_take_for_ever_is_given_up() -> None:
    busy = Replay([Duration("a", 86400)] * 40, CALM, Student(Book(0.05, 0.05)), "fixed")

    with pytest.raises(InvalidInput, match="not over after 20,000 steps"):
        busy.run(most_steps=20_000)
