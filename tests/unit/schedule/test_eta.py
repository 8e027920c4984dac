"""When a task will have ended."""

import pytest

from app.schedule.cold import lognormal
from app.schedule.eta import ends_by, outlives

CURVE = lognormal(60, 0.42)


def test_half_of_new_tasks_end_by_the_median() -> None:
    assert ends_by(CURVE, seen=0, now=0, share=0.5) == pytest.approx(60, rel=0.01)


def test_a_task_that_was_seen_unfinished_ends_later_than_a_new_one() -> None:
    assert ends_by(CURVE, seen=80, now=80, share=0.5) > 90


def test_what_should_have_ended_by_now_is_expected_now() -> None:
    assert ends_by(CURVE, seen=0, now=200, share=0.5) == 200


def test_p90_is_not_before_p50() -> None:
    for seen in (0, 30, 100, 400, 100_000):
        p50, p90 = (ends_by(CURVE, seen=seen, now=seen, share=share) for share in (0.5, 0.9))

        assert seen <= p50 <= p90


def test_hardly_any_new_task_outlives_a_generous_deadline() -> None:
    assert outlives(CURVE, seen=0, deadline=300) < 0.01


def test_most_outlive_a_deadline_before_the_median() -> None:
    assert outlives(CURVE, seen=0, deadline=30) > 0.9


def test_who_has_passed_the_deadline_has_outlived_it() -> None:
    assert outlives(CURVE, seen=100, deadline=90) == 1
