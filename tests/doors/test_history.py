"""The list of tasks over HTTP: what it can be asked for, and what it refuses."""

from typing import Any

import pytest
from fastapi.testclient import TestClient


def ids(api: TestClient, **params: Any) -> list[str]:
    """List the ids."""
    answer = api.get("/v1/tasks", params=params)
    assert answer.status_code == 200, answer.text
    return [task["task_id"] for task in answer.json()["items"]]


def test_a_time_may_be_in_any_zone(api: TestClient) -> None:
    """It is the instant that counts, and a list from it on has what was created at it."""
    api.post("/v1/tasks", json={"task_id": "img_1", "created": 1706000000})

    assert ids(api, created_after="2024-01-23T09:53:20+01:00") == ["img_1"]
    assert ids(api, created_before="2024-01-23t08:53:20.000z") == []


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("2026-11-27T08:00:00", "zone"),
        ("2026-11-27", "RFC 3339"),
        ("1706000000", "RFC 3339"),
        ("yesterday", "RFC 3339"),
        ("", "RFC 3339"),
        ("2026-11-27T08:00:00 01:00", "%2B"),
        ("2026-13-27T08:00:00Z", "no such time"),
        ("0001-01-01T00:00:00+14:00", "no such time"),
        ("٢٠٢٦-11-27T08:00:00Z", "RFC 3339"),
    ],
)
@pytest.mark.parametrize("name", ["created_after", "finished_before"])
def test_a_time_that_is_none_is_refused_with_a_word_of_why(
    api: TestClient, name: str, time: str, why: str
) -> None:
    """A plus sign that was not escaped is a common one."""
    answer = api.get("/v1/tasks", params={name: time})

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == f"?{name}"
    assert why in error["detail"]


@pytest.mark.parametrize("other", [{"status": "pending"}, {"order": "asc"}, {"model": "m"}])
def test_a_cursor_is_refused_where_it_does_not_belong(
    api: TestClient, other: dict[str, str]
) -> None:
    """In a list with other filters or in the other order it would skip or repeat."""
    for number in range(2):
        api.post("/v1/tasks", json={"task_id": f"img_{number}"})
    cursor = api.get("/v1/tasks", params={"limit": 1}).json()["next_cursor"]

    answer = api.get("/v1/tasks", params={"cursor": cursor, **other})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?cursor"
    assert ids(api, cursor=cursor, limit=500) == ["img_0"]
