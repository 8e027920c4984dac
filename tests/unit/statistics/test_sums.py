"""What one end adds to the sums, and that sums add up."""

from datetime import timedelta

import pytest

from app.statistics.bins import bin_of
from app.statistics.series import MODELS, OTHERS, Series, Subject, within
from app.statistics.sums import bins_of, of_end, total, undone
from app.tasks.status import Status

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("watched", "polls"),
    [
        (timedelta(), 1),
        (2.9 * SECOND, 1),
        (3 * SECOND, 2),
        (60 * SECOND, 21),
        (-5 * SECOND, 1),  # A clock that jumped.
    ],
)
def test_what_asking_every_three_seconds_would_have_taken(watched: timedelta, polls: int) -> None:
    sums = of_end(Status.FAILED, polls=4, watched=watched, duration=None, delay=None)

    assert sums == {"failed": 1, "polls": 4, "at_fixed": polls}


def test_times_are_counted_by_their_bin() -> None:
    sums = of_end(Status.COMPLETED, polls=1, watched=SECOND, duration=40 * SECOND, delay=2 * SECOND)

    assert bins_of(sums, "duration") == {bin_of(40 * SECOND): 1}
    assert bins_of(sums, "delay") == {bin_of(2 * SECOND): 1}


def test_a_time_below_zero_is_not_counted() -> None:
    """It says that a clock jumped, and nothing of LemonData."""
    sums = of_end(Status.COMPLETED, polls=1, watched=SECOND, duration=-SECOND, delay=-SECOND)

    assert bins_of(sums, "duration") == bins_of(sums, "delay") == {}


def test_what_is_taken_back_leaves_nothing() -> None:
    sums = of_end(Status.COMPLETED, polls=1, watched=SECOND, duration=40 * SECOND, delay=2 * SECOND)

    assert total([sums, sums, undone(sums)]) == sums
    assert total([sums, undone(sums)]) == {}


def test_beyond_so_many_models_the_rest_are_counted_together() -> None:
    """What a client says is the model may be anything; webhooks have endpoints, which are few."""
    known = {f"model-{number}" for number in range(MODELS - 1)}
    last, late = (Series(Subject.TASKS, "default", "image", name) for name in ("last", "late"))

    assert within(last, known) == last
    assert within(late, known) == late._replace(model=OTHERS)
    assert within(last, known) == last
    hook = Series(Subject.WEBHOOKS, model="we_1")
    assert within(hook, known) == hook
