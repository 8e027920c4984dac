"""The simulator makes videos, music and 3D models besides images."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.doors.simulated import MODELS, Clock, connect, create

OTHERS = ["videos", "music", "3d"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> TestClient:
    return connect(clock=clock)


def ended(client: TestClient, clock: Clock, kind: str, **asked: Any) -> dict[str, Any]:
    """Create a task, wait until it is over, and ask for it where its answer says."""
    task = create(client, kind, **asked)
    clock.step(10)
    answer: dict[str, Any] = client.get(task["poll_url"]).raise_for_status().json()
    return answer


@pytest.mark.parametrize("kind", OTHERS)
def test_the_create_answer_says_where_to_poll(client: TestClient, kind: str) -> None:
    """And it has no places for pictures."""
    task = create(client, kind)

    assert task == {
        "created": 1785585600,
        "task_id": task["task_id"],
        "status": "pending",
        "poll_url": f"/v1/{kind}/generations/{task['task_id']}",
        "model": MODELS[kind],
    }


@pytest.mark.parametrize("kind", OTHERS)
def test_a_task_of_another_kind_lives_as_an_image_does(
    client: TestClient, clock: Clock, kind: str
) -> None:
    """Pending, processing, and then its end."""
    task = create(client, kind)
    seen = []
    for wait in (1, 4, 5):
        clock.step(wait)
        seen.append(client.get(f"/v1/tasks/{task['task_id']}").json()["status"])

    assert seen == ["pending", "processing", "completed"]


def test_a_completed_video_has_an_address_and_a_size(client: TestClient, clock: Clock) -> None:
    """And so has each further one that was asked for."""
    answer = ended(client, clock, "videos", n=2)

    site = f"http://testserver/files/{answer['task_id']}"
    size = {"duration": 5, "width": 1280, "height": 720}
    assert answer["video_url"] == f"{site}/1.mp4"
    assert answer["video"] == {"url": f"{site}/1.mp4"} | size
    assert [video["url"] for video in answer["videos"]] == [f"{site}/1.mp4", f"{site}/2.mp4"]


def test_completed_music_has_an_address_and_a_title(client: TestClient, clock: Clock) -> None:
    """One song, however many are asked for."""
    answer = ended(client, clock, "music", n=2)

    assert answer["audio_url"] == f"http://testserver/files/{answer['task_id']}/1.mp3"
    assert answer["title"] == "A simulated song by sim-music"


def test_a_completed_3d_model_has_an_address_for_each_format(
    client: TestClient, clock: Clock
) -> None:
    """The first is the one of no particular format."""
    answer = ended(client, clock, "3d")

    site = f"http://testserver/files/{answer['task_id']}"
    assert answer["model_url"] == answer["glb_url"] == f"{site}/1.glb"
    assert answer["fbx_url"] == f"{site}/1.fbx"


@pytest.mark.parametrize(
    ("kind", "field"), [("videos", "video_url"), ("music", "audio_url"), ("3d", "fbx_url")]
)
def test_a_completed_task_has_its_files(
    client: TestClient, clock: Clock, kind: str, field: str
) -> None:
    """They are at the address that the answer gives, and none is there before."""
    url = ended(client, clock, kind)[field]
    there = client.get(url)
    clock.step(-5)
    too_early = client.get(url)

    assert (there.status_code, too_early.status_code) == (200, 404)
    assert there.text.startswith("A simulated .")


@pytest.mark.parametrize("kind", OTHERS)
def test_a_failed_task_of_another_kind_shows_its_error_alone(
    client: TestClient, clock: Clock, kind: str
) -> None:
    """There is no empty `data`, which is an image's."""
    answer = ended(client, clock, kind, simulate={"seconds": 10, "outcome": "failed"})

    shown = {"created", "task_id", "id", "poll_url", "model", "status", "error"}
    assert (answer["status"], set(answer)) == ("failed", shown)


@pytest.mark.parametrize("path", ["images", "images/generations", "videos/generations", "tasks"])
@pytest.mark.parametrize("kind", MODELS)
def test_a_path_knows_the_tasks_of_its_own_kind_alone(
    client: TestClient, path: str, kind: str
) -> None:
    """The unified path knows all."""
    task = create(client, kind)

    answer = client.get(f"/v1/{path}/{task['task_id']}")

    known = path == "tasks" or path.startswith(kind)
    assert answer.status_code == (200 if known else 404)
    assert known or answer.json()["error"]["code"] == "async_task_not_found"


def test_a_model_makes_what_it_makes_and_nothing_else(client: TestClient) -> None:
    """The refusal names those that would."""
    answer = client.post("/v1/videos/generations", json={"model": "flux-pro", "prompt": "A lemon"})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith("Known models: sim-video.")
