"""A create request becomes a task."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from app.simulator.chance import draw
from app.simulator.create import CreateTask, make_task
from app.simulator.lifecycle import Outcome, SimulatedTask

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


def make(**asked: Any) -> SimulatedTask:
    body = {"model": "flux-pro", "prompt": "A lemon"} | asked
    return make_task(CreateTask.model_validate(body), now=NOW, rng=Random(7), salt=9)


def test_a_task_is_what_was_asked_for_and_when() -> None:
    task = make(model="midjourney", n=4)

    assert (task.model, task.images, task.created, task.salt) == ("midjourney", 4, NOW, 9)


def test_one_image_is_made_unless_more_are_asked_for() -> None:
    assert make().images == 1


@pytest.mark.parametrize(("model", "results"), [("sim-video", 3), ("sim-music", 1), ("sim-3d", 1)])
def test_of_music_and_3d_models_there_is_always_one(model: str, results: int) -> None:
    assert make(model=model, n=3).images == results


def test_what_lemondata_knows_besides_is_ignored() -> None:
    assert make(size="1024x1024", quality="hd") == make()


def test_what_the_caller_leaves_open_is_drawn() -> None:
    task = make()

    assert (task.duration, task.outcome) == draw(Random(7), "flux-pro")


def test_the_caller_may_decide_duration_and_outcome() -> None:
    task = make(simulate={"seconds": 0.25, "outcome": "failed"})

    assert (task.duration, task.outcome) == (timedelta(seconds=0.25), Outcome.FAILED)


def test_a_caller_who_decides_the_duration_alone_gets_a_completed_task() -> None:
    assert make(simulate={"seconds": 5}).outcome is Outcome.COMPLETED


def test_a_caller_who_decides_the_outcome_alone_gets_a_usual_duration() -> None:
    assert make(simulate={"outcome": "endless"}).duration == draw(Random(7), "flux-pro")[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": None},
        {"model": 3},
        {"prompt": ""},
        {"prompt": None},
        {"n": 0},
        {"n": 11},
        {"n": "2"},
        {"n": True},
        {"simulate": {"seconds": -1}},
        {"simulate": {"seconds": 1e9}},  # Longer than an id can say.
        {"simulate": {"seconds": float("nan")}},
        {"simulate": {"outcome": "timed_out"}},
        {"simulate": {"duration": 5}},  # A misspelt wish must not pass for a drawn one.
    ],
)
def test_a_malformed_request_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make(**wrong)
