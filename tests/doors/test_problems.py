"""Errors over HTTP are problems that say what to do."""

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import update

from app.clock import utc_now
from app.db.session import Database
from app.main import create_app
from app.process.process import Process
from app.settings import Settings
from app.tasks.models import Poll
from tests.build import MINUTE, SECOND, make_task


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
        ("GET", "/v1/tasks/", 404),
        ("PUT", "/v1/tasks", 405),
        ("GET", "/v1/tasks?colour=yellow", 422),
        ("GET", "/v1/tasks?query=", 422),
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


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/tasks", "GET, POST"),
        ("/v1/webhooks/we_1", "DELETE, GET, PATCH"),
        ("/healthz", "GET"),
        ("/v1/webhooks/verify", "POST"),
    ],
)
def test_a_405_says_which_methods_there_are(api: TestClient, path: str, allowed: str) -> None:
    """All of them, whichever route the router found first."""
    answer = api.put(path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == allowed
    assert allowed in answer.json()["detail"]


def test_an_unknown_parameter_is_named_with_those_there_are(api: TestClient) -> None:
    """A misspelt filter must not be ignored."""
    (error,) = api.get("/v1/tasks?statuss=failed").json()["errors"]

    assert error["pointer"] == "?statuss"
    known = error["detail"].removeprefix("unknown parameter; known are ").split(", ")
    assert {"limit", "status"} <= {*known}
    assert "query" not in known  # What holds them in the code is none.


def test_every_route_refuses_a_parameter_that_it_does_not_have(api: TestClient) -> None:
    """Whichever room it is in, and whatever else is wrong with the request."""
    paths = api.get("/openapi.json").json()["paths"]
    asked = [(method, path) for path, methods in paths.items() for method in methods]
    asked = [(method, path.replace("{", "").replace("}", "")) for method, path in asked]

    answers = [api.request(method, path, params={"no": "1"}) for method, path in asked]

    assert len(answers) > 30
    assert {one.json()["errors"][0]["pointer"] for one in answers} == {"?no"}


def test_a_fault_of_ours_tells_nothing_of_our_insides(api: TestClient, database: Database) -> None:
    """The log has it; the answer has a status and a sentence."""
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE client SET webhook_secret = 'rubbish'")

    answer = api.get("/v1/me/webhook-secret")

    assert answer.status_code == 500
    assert answer.json()["detail"] == "The operator finds the reason in the log."


@pytest.mark.parametrize(("overdue", "status"), [(10, 200), (120, 503)], ids=["soon", "stuck"])
def test_health_follows_the_oldest_overdue_row(
    api: TestClient, database: Database, overdue: int, status: int
) -> None:
    """Not ready means that what falls due is not done, whether somebody has claimed it or not."""
    now = utc_now()
    with database.writing() as session:
        make_task(session, due_at=now - overdue * SECOND)
        session.execute(update(Poll).values(leased_until=now + MINUTE))

    ready = api.get("/readyz")

    assert api.get("/healthz").json() == {"ok": True, "simulator": None}
    assert ready.status_code == status
    assert ready.json()["oldest_due_seconds"] >= overdue


def test_a_database_that_cannot_be_reached_is_503(settings: Settings) -> None:
    """The caller may try again; nothing was stored."""
    nowhere = SecretStr("postgresql+psycopg://u:hunter2@127.0.0.1:1/none?connect_timeout=1")
    process = Process(settings.model_copy(update={"database_url": nowhere}))

    with TestClient(create_app(process)) as client:
        answer = client.get("/v1/tasks", headers={"Authorization": "Bearer lw_bootstrap"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "hunter2" not in answer.text
