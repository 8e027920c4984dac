"""A task is live until it ends, and only moves forward."""

import pytest

from app.tasks.status import TERMINAL, Status, further

LIVE = [Status.PENDING, Status.PROCESSING]
ENDS = [
    Status.COMPLETED, Status.FAILED, Status.NOT_FOUND, Status.CANCELLED, Status.TIMED_OUT,
]  # fmt: skip


@pytest.mark.parametrize("status", LIVE)
def test_a_task_that_is_waiting_or_running_is_live(status: Status) -> None:
    assert status.is_live
    assert status not in TERMINAL


@pytest.mark.parametrize("status", ENDS)
def test_a_task_at_its_end_is_not_live(status: Status) -> None:
    assert not status.is_live
    assert status in TERMINAL


def test_every_status_is_either_live_or_an_end() -> None:
    assert {*LIVE, *ENDS} == set(Status)


@pytest.mark.parametrize(
    ("known", "seen", "then"),
    [
        (Status.PENDING, Status.PENDING, Status.PENDING),
        (Status.PENDING, Status.PROCESSING, Status.PROCESSING),
        (Status.PROCESSING, Status.PENDING, Status.PROCESSING),
        (Status.PROCESSING, Status.PROCESSING, Status.PROCESSING),
    ],
)
def test_the_later_of_two_live_states_holds(known: Status, seen: Status, then: Status) -> None:
    assert further(known, seen) is then
