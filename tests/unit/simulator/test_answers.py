"""The simulator's answers have the shapes of LemonData's documentation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.simulator import answers
from app.simulator.ids import encode
from app.simulator.lifecycle import Outcome, SimulatedTask

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
SITE = "https://pictures.example"
TASK = SimulatedTask(
    model="flux-pro",
    images=2,
    created=NOW,
    duration=timedelta(seconds=100),
    outcome=Outcome.COMPLETED,
    salt=0,
)
TASK_ID = encode(TASK)
PLACEHOLDERS = [
    {"url": "", "revised_prompt": "A simulated picture by flux-pro, 1 of 2"},
    {"url": "", "revised_prompt": "A simulated picture by flux-pro, 2 of 2"},
]


def poll(task: SimulatedTask, *, seconds: float) -> dict[str, Any]:
    """Answer a poll so many seconds after the task's creation."""
    return answers.standing(task, now=NOW + timedelta(seconds=seconds), site=SITE)


def heading(task: SimulatedTask) -> dict[str, Any]:
    """Give what every poll's answer says of this task."""
    task_id = encode(task)
    return {
        "created": 1785585600,
        "id": task_id,
        "task_id": task_id,
        "poll_url": f"/v1/images/generations/{task_id}",
        "model": "flux-pro",
    }


def test_the_create_answer_is_as_documented() -> None:
    assert answers.created(TASK) == {
        "created": 1785585600,
        "task_id": TASK_ID,
        "status": "pending",
        "poll_url": f"/v1/images/generations/{TASK_ID}",
        "model": "flux-pro",
        "data": PLACEHOLDERS,
    }


@pytest.mark.parametrize(
    ("seconds", "status", "progress"), [(0, "pending", 0), (50, "processing", 50)]
)
def test_a_live_task_holds_placeholders(seconds: float, status: str, progress: int) -> None:
    answer = poll(TASK, seconds=seconds)

    rest = {"status": status, "progress": progress, "data": PLACEHOLDERS}
    assert answer == heading(TASK) | rest


def test_a_completed_task_holds_the_addresses_of_its_pictures() -> None:
    answer = poll(TASK, seconds=100)

    data = [
        PLACEHOLDERS[0] | {"url": f"{SITE}/pictures/{TASK_ID}/1.png"},
        PLACEHOLDERS[1] | {"url": f"{SITE}/pictures/{TASK_ID}/2.png"},
    ]
    assert answer == heading(TASK) | {"status": "completed", "progress": 100, "data": data}


def test_a_failed_task_holds_an_error_and_no_data() -> None:
    task = replace(TASK, outcome=Outcome.FAILED)

    answer = poll(task, seconds=100)

    error = "The prompt was refused by the content policy."
    assert answer == heading(task) | {"status": "failed", "data": [], "error": error}


def test_a_cancelled_task_is_a_failed_one_that_says_so() -> None:
    task = replace(TASK, outcome=Outcome.CANCELLED)

    answer = poll(task, seconds=100)

    cancelled = {"cancelled": True, "cancellation_status": "cancelled"}
    assert answer == heading(task) | {"status": "failed", "data": []} | cancelled
