"""A simulated task moves from pending through processing to its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.lifecycle import Outcome, SimulatedTask, Status, progress, status

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
TASK = SimulatedTask(
    model="flux-pro",
    images=1,
    created=NOW,
    duration=timedelta(seconds=100),
    outcome=Outcome.COMPLETED,
    salt=0,
)
ORDER = [Status.PENDING, Status.PROCESSING, Status.COMPLETED, Status.FAILED, Status.CANCELLED]


@pytest.mark.parametrize(
    ("outcome", "seconds", "expected"),
    [
        (Outcome.COMPLETED, -5, Status.PENDING),  # Another simulator's clock may be ahead.
        (Outcome.COMPLETED, 0, Status.PENDING),
        (Outcome.COMPLETED, 19.999, Status.PENDING),
        (Outcome.COMPLETED, 20, Status.PROCESSING),
        (Outcome.COMPLETED, 99.999, Status.PROCESSING),
        (Outcome.COMPLETED, 100, Status.COMPLETED),
        (Outcome.COMPLETED, 1e6, Status.COMPLETED),
        (Outcome.FAILED, 19.999, Status.PENDING),
        (Outcome.FAILED, 99.999, Status.PROCESSING),
        (Outcome.FAILED, 100, Status.FAILED),
        (Outcome.CANCELLED, 99.999, Status.PENDING),  # Only a queued task is ever cancelled.
        (Outcome.CANCELLED, 100, Status.CANCELLED),
        (Outcome.ENDLESS, 19.999, Status.PENDING),
        (Outcome.ENDLESS, 100, Status.PROCESSING),
        (Outcome.ENDLESS, 1e9, Status.PROCESSING),
    ],
)
def test_a_task_stands_as_its_age_and_outcome_say(
    outcome: Outcome, seconds: float, expected: Status
) -> None:
    task = replace(TASK, outcome=outcome)

    assert status(task, now=NOW + timedelta(seconds=seconds)) is expected


@given(st.sampled_from(Outcome), st.lists(st.floats(-10, 1e6), min_size=2))
def test_a_task_never_goes_back(outcome: Outcome, moments: list[float]) -> None:
    task = replace(TASK, outcome=outcome)

    seen = [status(task, now=NOW + timedelta(seconds=moment)) for moment in sorted(moments)]

    assert all(ORDER.index(one) <= ORDER.index(next_one) for one, next_one in pairwise(seen))


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-5, 0), (0, 0), (10, 0), (20, 20), (50, 50), (99.9, 99)]
)
def test_progress_is_the_share_of_the_duration_once_at_work(seconds: float, expected: int) -> None:
    assert progress(TASK, now=NOW + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize("duration", [timedelta(milliseconds=1), timedelta(seconds=1)])
def test_an_endless_task_stays_at_99_per_cent(duration: timedelta) -> None:
    task = replace(TASK, outcome=Outcome.ENDLESS, duration=duration)

    assert progress(task, now=NOW + timedelta(days=1)) == 99


def test_a_task_that_takes_no_time_has_a_progress() -> None:
    task = replace(TASK, outcome=Outcome.ENDLESS, duration=timedelta())

    assert 0 <= progress(task, now=NOW) <= 99
