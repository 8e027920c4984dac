"""The demo says of what did not come that it did not."""

from dataclasses import replace

import pytest

from app.demo.cast import Part
from app.demo.verdict import Seen, complaints
from app.tasks.status import Status

GOOD = Seen(
    cast={
        "img_1": Part(name="quick", model="sim-quick", seconds=1),
        "img_2": Part(name="stopped", model="sim-quick", seconds=1, ends=Status.CANCELLED),
    },
    tasks={"img_1": {"status": "completed"}, "img_2": {"status": "cancelled"}},
    told=[("img_1", "task.completed"), ("img_2", "task.cancelled")],
    refused=0,
    timelines={"img_1": [{"what": "registered"}, {"what": "completed"}]},
    counts={"completed": 1, "cancelled": 1, "failed": 0},
)


def test_where_all_came_there_is_nothing_to_say() -> None:
    assert complaints(GOOD) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (replace(GOOD, told=GOOD.told[:1]), "no webhook told that stopped is cancelled"),
        (
            replace(GOOD, told=[*GOOD.told[:1], ("img_2", "task.completed")]),
            "no webhook told that stopped is cancelled",
        ),
        (replace(GOOD, refused=2), "2 webhooks did not verify"),
        (
            replace(GOOD, timelines={"img_1": [{"what": "registered"}]}),
            "the timeline of quick does not say that it is completed",
        ),
        (
            replace(GOOD, counts={"completed": 2}),
            "the statistics count other tasks than the history has",
        ),
    ],
)
def test_each_thing_that_did_not_come_is_a_complaint(seen: Seen, said: str) -> None:
    assert complaints(seen) == [said]


def test_a_task_that_ends_otherwise_is_one_too() -> None:
    """And one that is not in the history at all."""
    tasks = {"img_1": {"status": "failed"}}

    found = complaints(replace(GOOD, tasks=tasks, counts={"failed": 1}))

    assert found == [
        "quick is failed, and not completed",
        "stopped is not in the history, and not cancelled",
    ]
