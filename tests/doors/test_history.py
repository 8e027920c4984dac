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


METADATA = {
    "order": 7, "Größe & Maß=": "a b+c", "flag": True, "none": None, "half": 0.5, "empty": "",
    "": "no name", "a.b": "dotted", "in": {"a": "b"}, "list": ["x"], "long": "x" * 3000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "is_found"),
    [
        ("order", "7", True),
        ("order", "8", False),
        ("Order", "7", False),
        ("order", "7.0", False),
        ("Größe & Maß=", "a b+c", True),
        ("flag", "true", True),
        ("flag", "True", False),
        ("none", "null", True),
        ("half", "0.5", True),
        ("empty", "", True),
        ("", "no name", True),
        ("a.b", "dotted", True),
        ("in", '{"a": "b"}', False),
        ("in.a", "b", False),
        ("list", "x", False),
        ("long", "x" * 3000, True),
        ("missing", "", False),
    ],
)
def test_a_task_is_found_by_its_metadata(
    api: TestClient, key: str, value: str, is_found: bool
) -> None:
    """By text as it is, by a number or a boolean as JSON writes it, and not by what lies deeper."""
    api.post("/v1/tasks", json={"task_id": "img_1", "metadata": METADATA})
    api.post("/v1/tasks", json={"task_id": "img_2"})

    assert ids(api, **{f"metadata.{key}": value}) == (["img_1"] if is_found else [])


def test_of_several_keys_all_are_to_be_so(api: TestClient) -> None:
    """Beside other filters, and page by page."""
    for number in range(4):
        metadata = {"shop": "a", "odd": number % 2, "number": number}
        api.post("/v1/tasks", json={"task_id": f"img_{number}", "metadata": metadata})
    asked: dict[str, Any] = {
        "metadata.shop": "a", "metadata.odd": "1", "status": ["pending", "processing"],
        "created_after": "2026-01-01T00:00:00Z", "limit": 1,
    }  # fmt: skip

    first = api.get("/v1/tasks", params=asked).json()
    second = api.get("/v1/tasks", params=asked | {"cursor": first["next_cursor"]}).json()

    assert [task["task_id"] for task in first["items"] + second["items"]] == ["img_3", "img_1"]
    assert second["next_cursor"] is None
    assert ids(api, **asked | {"metadata.odd": "2"}) == []


def test_metadata_that_was_given_when_registering_again_is_not_found(api: TestClient) -> None:
    """The first registration wins."""
    api.post("/v1/tasks", json={"task_id": "img_1", "metadata": {"k": "first"}})
    api.post("/v1/tasks", json={"task_id": "img_1", "metadata": {"k": "second"}})

    assert ids(api, **{"metadata.k": "first"}) == ["img_1"]
    assert ids(api, **{"metadata.k": "second"}) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("metadata=a", "?metadata"),
        ("metadata[k]=a", "?metadata[k]"),
        ("Metadata.k=a", "?Metadata.k"),
        ("model.k=a", "?model.k"),
        ("statuss=failed", "?statuss"),
        ("metadata.k=a&metadata.k=b", "?metadata.k"),
        ("metadata.k=%00", "?metadata.k"),
        ("metadata.%00=a", "?metadata.\0"),
        ("&".join(f"metadata.{number}=a" for number in range(11)), "?metadata."),
        ("limit=0", "?limit"),
        ("limit=501", "?limit"),
        ("order=up", "?order"),
        ("status=done", "?status.0"),
        ("kind=dance", "?kind"),
        ("cursor=x", "?cursor"),
    ],
)
def test_what_cannot_be_asked_for_is_422_with_a_pointer(
    api: TestClient, query: str, pointer: str
) -> None:
    """A misspelt filter is never ignored."""
    answer = api.get(f"/v1/tasks?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["detail"]


def test_only_the_list_of_tasks_takes_metadata(api: TestClient) -> None:
    """Elsewhere it is a parameter that is not known."""
    assert api.get("/v1/stats?metadata.k=a").status_code == 422
