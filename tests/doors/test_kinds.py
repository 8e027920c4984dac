"""Tasks of every kind are taken: as told, by their poll_url, by their id, or by their create answer."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.process.process import Process
from app.tasks.models import Poll

IMAGE, VIDEO, MUSIC, MODEL = "image", "video", "music", "3d"


@pytest.mark.parametrize(
    ("body", "kind", "path"),
    [
        ({"task_id": "x"}, IMAGE, "/v1/images/generations/x"),
        ({"task_id": "ldtask_1"}, IMAGE, "/v1/images/generations/ldtask_1"),
        ({"task_id": "x", "kind": "video"}, VIDEO, "/v1/videos/generations/x"),
        ({"task_id": "x", "kind": "music"}, MUSIC, "/v1/music/generations/x"),
        ({"task_id": "x", "kind": "3d"}, MODEL, "/v1/3d/generations/x"),
        ({"task_id": "x", "poll_url": "/v1/videos/generations/x"}, VIDEO,
         "/v1/videos/generations/x"),
        ({"task_id": "x", "poll_url": "http://127.0.0.1:9/v1/music/generations/x"}, MUSIC,
         "/v1/music/generations/x"),
        ({"task_id": "vid_1"}, VIDEO, "/v1/videos/generations/vid_1"),
        ({"task_id": "music-1"}, MUSIC, "/v1/music/generations/music-1"),
        ({"task_id": "3d_1"}, MODEL, "/v1/3d/generations/3d_1"),
        ({"id": "x", "object": "video.generation", "status": "pending"}, VIDEO,
         "/v1/videos/generations/x"),
        ({"task_id": "x", "object": "list", "status": "pending"}, IMAGE,
         "/v1/images/generations/x"),
        ({"task_id": "vid_1", "kind": "image"}, IMAGE, "/v1/images/generations/vid_1"),
        ({"task_id": "vid_1", "object": "music", "status": "pending"}, MUSIC,
         "/v1/music/generations/vid_1"),
        ({"task_id": "vid_1", "poll_url": "/v1/tasks/vid_1"}, VIDEO, "/v1/tasks/vid_1"),
    ],
    ids=str,
)  # fmt: skip
def test_the_kind_of_a_task_is_told_or_found_and_says_where_to_ask(
    api: TestClient, process: Process, body: dict[str, Any], kind: str, path: str
) -> None:
    """What is told goes first, then the create answer, the path and the id."""
    made = api.post("/v1/tasks", json=body)

    assert (made.status_code, made.json()["kind"]) == (201, kind)
    with process.database.reading() as session:
        poll = session.scalars(select(Poll)).one()
    assert poll.path == path
    assert poll.other_path != path


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"kind": "image"}, 300),
        ({"kind": "video"}, 1800),
        ({"kind": "music"}, 1800),
        ({"kind": "3d"}, 1800),
        ({"kind": "video", "deadline_seconds": 60}, 60),
        ({"deadline_seconds": 0.5}, 0.5),
    ],
    ids=str,
)
def test_each_kind_has_the_time_that_it_takes(
    api: TestClient, fields: dict[str, Any], seconds: float
) -> None:
    """Unless another deadline is asked for."""
    made = api.post("/v1/tasks", json={"task_id": "x", **fields}).json()

    given = datetime.fromisoformat(made["deadline_at"]) - datetime.fromisoformat(
        made["registered_at"]
    )
    assert given.total_seconds() == seconds


def test_a_poll_url_is_of_the_account_s_own_place(api: TestClient) -> None:
    """With its request travels the account's key, and no other's place may have it."""
    second = {"name": "second", "api_key": "k", "base_url": "https://second.example"}
    assert api.post("/v1/accounts", json=second).status_code == 201
    body = {"task_id": "x", "poll_url": "https://second.example/v1/tasks/x"}

    assert api.post("/v1/tasks", json=body).status_code == 422
    assert api.post("/v1/tasks", json={**body, "account": "second"}).status_code == 201
    assert api.get("/v1/tasks/x").json()["account"] == "second"


def test_a_task_belongs_to_the_account_it_was_registered_for(api: TestClient) -> None:
    """For another it is a conflict."""
    api.post("/v1/accounts", json={"name": "second", "api_key": "k"})
    api.post("/v1/tasks", json={"task_id": "x"})

    assert api.post("/v1/tasks", json={"task_id": "x", "account": "second"}).status_code == 409
