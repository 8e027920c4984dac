"""Errors over HTTP are problems that say what to do."""

import pytest
from fastapi.testclient import TestClient

from app.db.session import Database


@pytest.mark.parametrize(
    "header",
    [None, "Bearer lw_wrong", "Bearer", "Basic bHdfYm9vdHN0cmFw", "lw_bootstrap"],
)
def test_without_a_good_key_nothing_is_told(anyone: TestClient, header: str | None) -> None:
    """401, and how to call."""
    headers = {"Authorization": header} if header else {}

    answer = anyone.get("/v1/tasks", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/tasks/img_unknown", 404),
        ("GET", "/v1/tasks/img_unknown/timeline", 404),
        ("GET", "/v1/tasks/a%00b", 404),
        ("GET", "/v1/webhooks/we_unknown", 404),
        ("GET", "/nowhere", 404),
        ("PUT", "/v1/tasks", 405),
        ("GET", "/v1/tasks?colour=yellow", 422),
        ("GET", "/v1/tasks/img_1?wait=soon", 422),
        ("GET", "/v1/tasks?limit=0", 422),
        ("GET", "/v1/tasks?limit=many", 422),
        ("GET", "/v1/tasks?status=sour", 422),
        ("GET", "/v1/tasks?cursor=rubbish", 422),
        ("GET", "/v1/tasks?order=sideways", 422),
    ],
)
def test_every_refusal_is_a_problem(api: TestClient, method: str, path: str, status: int) -> None:
    """The router's own included."""
    answer = api.request(method, path)

    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["type"].startswith("urn:lemonwatch:problem:")
    assert problem["title"]
    assert problem["detail"]


def test_an_unknown_parameter_is_named_with_those_there_are(api: TestClient) -> None:
    """A misspelt filter must not be ignored."""
    (error,) = api.get("/v1/tasks?statuss=failed").json()["errors"]

    assert error["pointer"] == "?statuss"
    assert "status" in error["detail"]


def test_a_fault_of_ours_tells_nothing_of_our_insides(api: TestClient, database: Database) -> None:
    """The log has it; the answer has a status and a sentence."""
    with database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE task RENAME TO gone")

    answer = api.get("/v1/tasks")

    assert answer.status_code == 500
    assert answer.json()["detail"] == "The operator finds the reason in the log."


def test_health_follows_the_oldest_overdue_row(api: TestClient) -> None:
    """Not ready means that what falls due is not claimed."""
    api.post("/v1/tasks", json={"task_id": "img_1"})

    assert api.get("/healthz").json() == {"ok": True, "simulator": None}
    ready = api.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["oldest_due_seconds"] >= 0
