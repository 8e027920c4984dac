"""What the simulator refuses, it refuses in LemonData's words."""

import pytest
from fastapi.testclient import TestClient

from app.simulator.app import create_simulator

KEY = "sk-lemon"
CREATE = "/v1/images/generations"


def connect(*, bearer: str | None = f"Bearer {KEY}", api_key: str | None = KEY) -> TestClient:
    """Make a new simulator and a client with a key for it."""
    headers = {} if bearer is None else {"Authorization": bearer}
    return TestClient(create_simulator(api_key=api_key, seed=1), headers=headers)


@pytest.mark.parametrize("bearer", [None, "", "Bearer", "Bearer sk-lime", f"Basic {KEY}", KEY])
def test_a_missing_or_wrong_key_is_refused(bearer: str | None) -> None:
    answer = connect(bearer=bearer).get("/v1/tasks/any")

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"


def test_a_key_in_any_bytes_is_refused_as_politely() -> None:
    odd = [(b"Authorization", b"Bearer sk-l\xe9mon")]

    answer = connect().get("/v1/tasks/any", headers=odd)

    assert answer.status_code == 401


def test_a_bad_key_creates_nothing() -> None:
    answer = connect(bearer="Bearer sk-lime").post(CREATE, content="not even JSON")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("bearer", "status"), [("Bearer sk-anything", 404), ("Bearer sk-", 401), ("Bearer lemon", 401)]
)
def test_a_simulator_without_a_key_takes_any_that_looks_like_one(
    bearer: str | None, status: int
) -> None:
    answer = connect(api_key=None, bearer=bearer).get("/v1/tasks/unknown")

    assert answer.status_code == status


@pytest.mark.parametrize("task_id", ["img_abc123def456", "ldtask_" + "0" * 32])
def test_an_unknown_task_is_not_found(task_id: str) -> None:
    answer = connect().get(f"/v1/images/generations/{task_id}")

    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "message": "Task not found or no longer available.",
            "type": "invalid_request_error",
            "code": "async_task_not_found",
        }
    }


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ('{"model": "flux-pro", "prompt": "A lemon", "n": 11}', "n"),
        ('{"model": "flux-pro"}', "prompt"),
        ('{"model": "flux-pro", "prompt": "A lemon", "simulate": {"sec": 1}}', "simulate.sec"),
        ("[]", None),
        ("not even JSON", None),
        ("", None),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(body: str, param: str | None) -> None:
    answer = connect().post(CREATE, content=body)

    assert answer.status_code == 400
    assert answer.json()["error"].items() >= {("code", "invalid_request"), ("param", param)}


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    answer = connect().post(CREATE, json={"model": "flux", "prompt": "A lemon"})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "model_not_found"
    assert "sim-quick, flux-pro, ideogram-v3, midjourney" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v2", 404), ("PUT", CREATE, 405)])
def test_an_unknown_url_gets_the_error_envelope_too(method: str, path: str, status: int) -> None:
    answer = connect().request(method, path)

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == "unknown_url"
