"""Tasks over HTTP: handed over, looked up, listed."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

CREATE_ANSWER = {
    "created": 1706000000, "task_id": "img_abc123def456", "status": "pending",
    "poll_url": "/v1/images/generations/img_abc123def456", "model": "flux-pro",
    "data": [{"url": "", "revised_prompt": "a lemon"}], "size": "1024x1024",
}  # fmt: skip


def nested(levels: int) -> list[Any]:
    """Return a list in a list in a list …"""
    return [nested(levels - 1)] if levels else []


def test_an_id_is_enough(api: TestClient) -> None:
    """201, where it is, and the task as it is now."""
    answer = api.post("/v1/tasks", json={"task_id": "img_1"})

    assert answer.status_code == 201
    assert answer.headers["Location"] == "/v1/tasks/img_1"
    body = answer.json()
    assert (body["task_id"], body["status"], body["version"]) == ("img_1", "pending", 1)


def test_a_create_answer_is_accepted_as_it_is(api: TestClient) -> None:
    """Its time is the task's own."""
    answer = api.post("/v1/tasks", json=CREATE_ANSWER)

    assert answer.status_code == 201
    assert answer.json()["created_at"] == "2024-01-23T08:53:20Z"
    assert answer.json()["model"] == "flux-pro"


def test_an_id_that_is_tracked_already_answers_200(api: TestClient) -> None:
    """With the task as it is now."""
    first = api.post("/v1/tasks", json={"task_id": "img_1", "metadata": {"order": 7}})
    second = api.post("/v1/tasks", json={"task_id": "img_1"})

    assert second.status_code == 200
    assert second.json() == first.json()


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None, "data": None, "metadata": None, "model": "", "poll_url": ""},
        {"created": 1706000000.25},
        {"metadata": {"said": "\\u0000 is how JSON writes a NUL"}},
    ],
    ids=["nulls", "fraction", "escaped"],
)
def test_what_a_create_answer_may_hold_is_accepted(
    api: TestClient, fields: dict[str, object]
) -> None:
    """A field that is null is a field that is not there."""
    assert api.post("/v1/tasks", json={**CREATE_ANSWER, **fields}).status_code == 201


def test_a_task_shows_every_field_of_its_shape(api: TestClient) -> None:
    """Scripts rely on the names."""
    api.post("/v1/tasks", json={"task_id": "img_1"})

    assert set(api.get("/v1/tasks/img_1").json()) == {
        "task_id", "status", "version", "kind", "model", "account", "images", "assets", "error",
        "progress", "metadata", "created_at", "registered_at", "finished_at", "detected", "polls",
        "next_poll_at", "deadline_at", "eta", "will_miss_deadline",
    }  # fmt: skip


def test_pages_follow_the_cursor_to_the_end(api: TestClient) -> None:
    """Newest first."""
    for number in range(5):
        api.post("/v1/tasks", json={"task_id": f"img_{number}"})

    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    for _ in range(3):
        page = api.get("/v1/tasks", params=query).json()
        seen += [task["task_id"] for task in page["items"]]
        query["cursor"] = page["next_cursor"]

    assert seen == ["img_4", "img_3", "img_2", "img_1", "img_0"]
    assert page["next_cursor"] is None


def test_the_history_is_filtered_by_status(api: TestClient) -> None:
    """Several are one or the other."""
    api.post("/v1/tasks", json={"task_id": "img_1"})

    pending = api.get("/v1/tasks", params={"status": ["pending", "processing"]}).json()["items"]
    failed = api.get("/v1/tasks", params={"status": "failed"}).json()["items"]

    assert ([task["task_id"] for task in pending], failed) == (["img_1"], [])


def test_the_timeline_begins_with_the_registration(api: TestClient) -> None:
    """Oldest first."""
    api.post("/v1/tasks", json={"task_id": "img_1"})

    items = api.get("/v1/tasks/img_1/timeline").json()["items"]

    assert [entry["what"] for entry in items] == ["registered", "next look"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/task_id"),
        ({"task_id": 7}, "/task_id"),
        ({"task_id": ""}, "/task_id"),
        ({"task_id": "."}, "/task_id"),
        ({"task_id": ".."}, "/task_id"),
        ({"task_id": "a/b"}, "/task_id"),
        ({"task_id": "a\n"}, "/task_id"),
        ({"task_id": "x" * 201}, "/task_id"),
        ({"task_id": "a", "id": "b"}, ""),
        ({"task_id": "a", "webhookurl": "https://example.com"}, "/webhookurl"),
        ({"task_id": "a", "kind": "dance"}, "/kind"),
        ({"task_id": "a", "account": "nobody"}, "/account"),
        ({"task_id": "a", "deadline_seconds": 0}, "/deadline_seconds"),
        ({"task_id": "a", "deadline_seconds": "9"}, "/deadline_seconds"),
        ({"task_id": "a", "priority": 0.09}, "/priority"),
        ({"task_id": "a", "priority": 10.1}, "/priority"),
        ({"task_id": "a", "priority": "1"}, "/priority"),
        ({"task_id": "a", "model": "a\0b"}, "/model"),
        ({"task_id": "a", "metadata": []}, "/metadata"),
        ({"task_id": "a", "metadata": {"k": "x" * 4096}}, "/metadata"),
        ({"task_id": "a", "metadata": {"k": "\0"}}, "/metadata"),
        ({"task_id": "a", "metadata": {"k": nested(300)}}, "/metadata"),
        ({"task_id": "a", "poll_url": "https://evil.example/v1/images/a"}, "/poll_url"),
        ({"task_id": "a", "webhook_url": ""}, "/webhook_url"),
        ({"task_id": "a", "webhook_secret": ""}, "/webhook_secret"),
        ({"task_id": "a", "account": ""}, "/account"),
        ({"task_id": "a", "webhook_url": "ftp://example.com"}, "/webhook_url"),
        ({"task_id": "a", "webhook_url": "http://127.0.0.1/hook"}, "/webhook_url"),
        ({"task_id": "a", "webhook_url": "https://no-such-host.invalid/"}, "/webhook_url"),
        ({"task_id": "a", "webhook_secret": "whsec_AAAA"}, "/webhook_secret"),
        ([], ""),
        ("img_1", ""),
    ],
)
def test_what_cannot_be_used_is_422_with_a_pointer(
    api: TestClient, body: object, pointer: str
) -> None:
    """And nothing is stored."""
    answer = api.post("/v1/tasks", json=body)

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["detail"]
    assert api.get("/v1/tasks").json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"task_id": "a", "metadata": {"k": NaN}}',
        b'{"task_id": "a", "metadata": {"k": "\\ud800"}}',
        b'{"task_id": "a", "data": [{"revised_prompt": "\\ud800"}]}',
        b'{"task_id": "a", "metadata": {"k": ' + b"[" * 2000 + b"]" * 2000 + b"}}",
        b"{",
        b"",
        b"\xff",
    ],
    ids=["nan", "half-pair", "half-pair-prompt", "deep", "cut", "empty", "not-utf-8"],
)
def test_rubbish_is_refused_and_never_a_crash(api: TestClient, body: bytes) -> None:
    """Whatever comes in, the answer is a problem that says what is wrong."""
    answer = api.post("/v1/tasks", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_task_is_watched_no_more_once_its_owner_says_so(api: TestClient) -> None:
    """It is told as it is now; a second time there is nothing to stop."""
    api.post("/v1/tasks", json={"task_id": "img_1"})

    stopped = api.delete("/v1/tasks/img_1")
    again = api.delete("/v1/tasks/img_1")

    assert stopped.status_code == 200
    assert (stopped.json()["status"], stopped.json()["next_poll_at"]) == ("cancelled", None)
    assert api.get("/v1/tasks/img_1").json() == stopped.json() | {"eta": None}
    assert (again.status_code, again.json()["title"]) == (409, "Conflict")
    assert api.delete("/v1/tasks/img_2").status_code == 404
    assert api.post("/v1/tasks/img_1/poll").status_code == 409
