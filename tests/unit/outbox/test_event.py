"""An event tells a task's whole story in at most 64 KiB."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.outbox.event import LARGEST_BODY, EventOut, event_body, event_type
from app.tasks.schemas import Detected, ImageOut, Sighting, TaskOut
from app.tasks.status import Status
from tests.build import MINUTE, NOW, SECOND


def make_shown(**fields: Any) -> TaskOut:
    """Make a completed task as the world sees it."""
    known: dict[str, Any] = {
        "task_id": "img_1", "status": Status.COMPLETED, "version": 2, "kind": "image",
        "model": "flux-pro", "account": "default", "images": [make_image()], "assets": [],
        "progress": None, "error": None,
        "metadata": {"order": 7}, "created_at": NOW, "registered_at": NOW + SECOND,
        "finished_at": NOW + MINUTE, "polls": 3, "next_poll_at": None,
        "detected": Detected(not_before=NOW + 57 * SECOND, not_after=NOW + MINUTE),
        "deadline_at": NOW + 5 * MINUTE,
    }  # fmt: skip
    return TaskOut(**(known | fields))


def make_image(size: int = 10) -> ImageOut:
    return ImageOut(url=f"https://x/{'1' * size}.png", revised_prompt="柠" * size)


def make_timeline(length: int = 1) -> list[Sighting]:
    seen = Sighting(at=NOW, what="processing", status=Status.PROCESSING, polls=3)
    return [seen] * length


def parse(body: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(body)
    return parsed


def event(task: TaskOut, timeline: list[Sighting]) -> str:
    return event_body("evt_1", task, timeline, at=NOW + MINUTE)


def test_an_event_has_an_id_a_type_a_time_and_the_task() -> None:
    told = parse(event(make_shown(), make_timeline()))

    assert list(told) == ["id", "type", "timestamp", "data"]
    assert (told["id"], told["type"]) == ("evt_1", "task.completed")
    assert told["timestamp"] == "2026-11-22T12:01:00Z"


def test_the_task_in_an_event_is_the_task_as_the_api_shows_it() -> None:
    task = make_shown()

    data = parse(event(task, make_timeline()))["data"]

    shown = task.model_dump(mode="json")
    assert {name: data[name] for name in shown} == shown
    assert data["truncated"] is False


def test_an_event_tells_how_the_task_came_there() -> None:
    assert parse(event(make_shown(), make_timeline()))["data"]["timeline"] == [
        {"at": "2026-11-22T12:00:00Z", "what": "processing", "status": "processing", "polls": 3}
    ]


@pytest.mark.parametrize("status", list(Status))
def test_an_event_is_called_after_the_status(status: Status) -> None:
    assert event_type(make_shown(status=status)) == f"task.{status.value}"


def test_a_body_parses_back_to_the_same_bytes() -> None:
    body = event(make_shown(error="Zitröne 🍋", metadata={"a": [1.5, None, {"b": "é"}]}), [])

    assert EventOut.model_validate_json(body).model_dump_json() == body


def test_what_fits_is_told_whole() -> None:
    data = parse(event(make_shown(), make_timeline(400)))["data"]

    assert (len(data["timeline"]), data["truncated"]) == (400, False)


def test_the_timeline_is_left_out_first() -> None:
    data = parse(event(make_shown(), make_timeline(5000)))["data"]

    assert (data["timeline"], data["truncated"]) == ([], True)
    assert len(data["images"]) == 1


def test_even_links_are_left_out_of_what_is_still_too_large() -> None:
    images = [make_image(20_000) for _ in range(4)]

    data = parse(event(make_shown(images=images), make_timeline()))["data"]

    assert (data["timeline"], data["images"], data["truncated"]) == ([], [], True)


@settings(max_examples=150, deadline=None)
@given(
    error=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=1000),
    labels=st.dictionaries(st.text(max_size=9), st.text(max_size=99), max_size=9),
    images=st.lists(st.integers(0, 9_000).map(make_image), max_size=10),
    timeline=st.sampled_from([0, 1, 400, 600, 700, 5000]).map(make_timeline),
)
def test_a_body_is_at_most_64_kib_and_always_parses(
    error: str | None, labels: dict[str, str], images: list[ImageOut], timeline: list[Sighting]
) -> None:
    body = event(make_shown(error=error, metadata=labels, images=images), timeline)

    assert len(body.encode()) <= LARGEST_BODY == 65536
    assert EventOut.model_validate_json(body).model_dump_json() == body


def test_links_outlast_prompts() -> None:
    images = [ImageOut(url=f"https://x/{n}.png", revised_prompt="柠" * 4000) for n in range(6)]

    body = event_body("evt_1", make_shown(images=images), [], at=NOW)

    found = json.loads(body)["data"]["images"]
    assert [image["url"] for image in found] == [image.url for image in images]
    assert {image["revised_prompt"] for image in found} == {None}
