"""What a client is told of a task that is under way: when to expect it, and when to ask again."""

from datetime import datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from app.clock import utc_now


def read(api: TestClient, **fields: object) -> dict[str, Any]:
    """Register a task and read it."""
    api.post("/v1/tasks", json={"task_id": "img_1", **fields})
    answer: dict[str, Any] = api.get("/v1/tasks/img_1").json()
    return answer


def test_a_task_under_way_is_expected_when_others_of_its_kind_end(api: TestClient) -> None:
    """Half of all images are done within a minute, and nine tenths within two."""
    before = utc_now()

    eta = read(api)["eta"]

    p50, p90 = (datetime.fromisoformat(eta[name]) for name in ("p50", "p90"))
    assert timedelta(seconds=40) < p50 - before < timedelta(seconds=75)
    assert p50 < p90 < before + timedelta(seconds=150)


def test_a_generous_deadline_will_not_be_missed(api: TestClient) -> None:
    assert read(api)["will_miss_deadline"] is False


def test_a_tight_deadline_will_be_missed(api: TestClient) -> None:
    assert read(api, deadline_seconds=5)["will_miss_deadline"] is True


def test_a_list_tells_what_to_expect_too(api: TestClient) -> None:
    api.post("/v1/tasks", json={"task_id": "img_1"})

    (task,) = api.get("/v1/tasks").json()["items"]

    assert task["eta"]["p50"] < task["eta"]["p90"]


def test_an_unfinished_answer_says_when_to_ask_again(api: TestClient) -> None:
    """The next look is the next time that there may be news."""
    created = utc_now().timestamp()
    api.post("/v1/tasks", json={"task_id": "img_1", "created": created})

    answer = api.get("/v1/tasks/img_1")

    assert 1 <= int(answer.headers["Retry-After"]) <= 4


def test_the_timeline_says_why_the_next_look_is_when_it_is(api: TestClient) -> None:
    """In words, with the figures that it goes by."""
    created = utc_now().timestamp()
    api.post("/v1/tasks", json={"task_id": "img_1", "created": created, "model": "flux-pro"})

    upcoming = api.get("/v1/tasks/img_1/timeline").json()["items"][-1]

    assert upcoming["what"] == "next look"
    assert upcoming["at"] == api.get("/v1/tasks/img_1").json()["next_poll_at"]
    assert "of flux-pro tasks end in the next" in upcoming["why"]
    assert "λ = " in upcoming["why"]


def test_a_look_that_was_asked_for_is_called_so(api: TestClient) -> None:
    api.post("/v1/tasks", json={"task_id": "img_1"})
    api.post("/v1/tasks/img_1/poll")

    upcoming = api.get("/v1/tasks/img_1/timeline").json()["items"][-1]

    assert upcoming["why"] == "it was asked for"


def test_a_priority_is_a_number_from_a_tenth_to_ten(api: TestClient) -> None:
    for priority, status in ((0.1, 201), (10, 201), (0.05, 422), (11, 422), ("high", 422)):
        body = {"task_id": f"img_{priority}", "priority": priority}

        assert api.post("/v1/tasks", json=body).status_code == status
