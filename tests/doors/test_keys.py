"""API keys over HTTP: made, shown once, listed, taken back."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.clients.models import ApiKey, Client
from app.clients.rate import BUCKET, CallRates
from app.clients.scopes import Scope
from app.clock import utc_now
from app.main import create_app
from app.process.process import Process
from app.settings import Settings
from tests.build import MINUTE, SECOND
from tests.callers import bearing, give_key

NEW: dict[str, Any] = {
    "name": "render farm", "client": "studio", "scopes": ["tasks:write", "tasks:read"],
}  # fmt: skip


def test_a_key_is_shown_once_and_calls_for_its_client(api: TestClient, process: Process) -> None:
    """Stored is its hash alone; a client that is new is made, with a secret of its own."""
    made = api.post("/v1/keys", json=NEW)

    assert made.status_code == 201
    key = made.json().pop("key")
    shown = {name: value for name, value in made.json().items() if name != "key"}
    assert shown["prefix"] == key[:7]
    assert (shown["client"], shown["name"]) == ("studio", "render farm")
    assert shown["scopes"] == ["tasks:read", "tasks:write"]
    assert api.get("/v1/keys").json() == {"items": [shown], "next_cursor": None}
    own = bearing(key)
    assert api.post("/v1/tasks", json={"task_id": "img_1"}, headers=own).status_code == 201
    assert api.get("/v1/tasks/img_1", headers=own).status_code == 200
    assert api.get("/v1/tasks/img_1").status_code == 404
    with process.database.reading() as session:
        row = session.scalars(select(ApiKey)).one()
        assert key not in repr(vars(row))


def test_a_second_key_of_a_client_sees_the_same_tasks(api: TestClient) -> None:
    one, other = (api.post("/v1/keys", json=NEW).json()["key"] for _ in range(2))

    api.post("/v1/tasks", json={"task_id": "img_1"}, headers=bearing(one))

    assert api.get("/v1/tasks/img_1", headers=bearing(other)).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": "a\0"}, "/name"),
        ({"name": None}, "/name"),
        ({"client": "a b"}, "/client"),
        ({"client": ""}, "/client"),
        ({"client": "a\n"}, "/client"),
        ({"client": None}, "/client"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2120-01-01T00:00:00"}, "/expires_at"),
        ({"expires_at": "soon"}, "/expires_at"),
        ({"role": "king"}, "/role"),
    ],
)
def test_what_cannot_be_used_is_refused_and_no_client_is_made(
    api: TestClient, process: Process, change: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/v1/keys", json=NEW | change)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    with process.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ApiKey)) == 0
        assert session.scalar(select(func.count()).select_from(Client)) == 1


def test_a_key_that_was_revoked_is_none_from_the_next_call_on(api: TestClient) -> None:
    """It stays in the list, with when; revoking it again changes nothing."""
    made = api.post("/v1/keys", json=NEW).json()
    own = bearing(made["key"])
    assert api.get("/v1/tasks", headers=own).status_code == 200

    assert api.delete(f"/v1/keys/{made['id']}").status_code == 204
    refused = api.get("/v1/tasks", headers=own)

    assert refused.status_code == 401
    assert "revoked" in refused.json()["detail"]
    (listed,) = api.get("/v1/keys").json()["items"]
    assert listed["revoked_at"] is not None
    assert api.delete(f"/v1/keys/{made['id']}").status_code == 204
    assert api.get("/v1/keys").json()["items"] == [listed]


@pytest.mark.parametrize(
    "key_id", ["key_0000000000000000", "key_%25", "key_", "1", "key_%00", "x" * 300]
)
def test_a_key_that_is_not_there_cannot_be_revoked(api: TestClient, key_id: str) -> None:
    api.post("/v1/keys", json=NEW)

    assert api.delete(f"/v1/keys/{key_id}").status_code == 404


def test_a_key_ends_when_it_was_said_to(anyone: TestClient, process: Process) -> None:
    then = utc_now() - MINUTE
    over = give_key(process, expires_at=then + SECOND, now=then)
    lasting = give_key(process, expires_at=utc_now() + MINUTE)

    refused = anyone.get("/v1/tasks", headers=bearing(over))

    assert refused.status_code == 401
    assert "expired" in refused.json()["detail"]
    assert anyone.get("/v1/tasks", headers=bearing(lasting)).status_code == 200


def test_its_last_use_is_told_to_a_minute(api: TestClient, process: Process) -> None:
    """To write it at each call would cost more than many a call."""
    own = bearing(give_key(process))

    def last_used() -> Any:
        return api.get("/v1/keys").json()["items"][0]["last_used_at"]

    assert last_used() is None
    api.get("/v1/tasks", headers=own)
    first = last_used()
    assert first is not None
    api.get("/v1/tasks", headers=own)
    assert last_used() == first
    with process.database.writing() as session:
        session.scalars(select(ApiKey)).one().last_used_at = utc_now() - timedelta(minutes=2)
    api.get("/v1/tasks", headers=own)
    assert last_used() > first


def test_a_key_is_used_no_more_often_than_its_rate_allows(
    process: Process, settings: Settings
) -> None:
    """The others may go on, and so may the bootstrap key."""
    few = Process(settings.model_copy(update={"api_rpm": 3}))
    own, other = (bearing(give_key(process)) for _ in range(2))
    with TestClient(create_app(few)) as client:
        answers = [client.get("/v1/tasks", headers=own) for _ in range(4)]
        refused = answers.pop()

        assert [one.status_code for one in answers] == [200] * 3
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "20"
        assert refused.json()["type"].endswith("rate-limited")
        assert client.get("/v1/tasks", headers=other).status_code == 200
        boot = bearing("lw_bootstrap")
        assert {client.get("/v1/tasks", headers=boot).status_code for _ in range(9)} == {200}
    few.close()


def test_a_key_for_one_thing_is_no_key_for_others(anyone: TestClient, process: Process) -> None:
    """It is known, so it is 403 and not 401; what it lacks is said."""
    own = bearing(give_key(process, "other", Scope.TASKS_READ))

    refused = anyone.post("/v1/tasks", json={"task_id": "img_1"}, headers=own)

    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "tasks:write" in refused.json()["detail"]
    assert anyone.get("/v1/tasks", headers=own).json()["items"] == []


@pytest.mark.parametrize("body", [{"task_id": 7}, {"task_id": "img_1", "colour": 1}, [], None])
def test_who_may_not_send_it_is_not_told_what_is_wrong_with_a_body(
    anyone: TestClient, process: Process, body: Any
) -> None:
    """But that he may not; and who may is told what is wrong."""
    reading, writing = (
        bearing(give_key(process, "other", scope))
        for scope in (Scope.TASKS_READ, Scope.TASKS_WRITE)
    )
    callers = [{}, bearing("lw_nobody's"), reading, writing]

    answers = [anyone.post("/v1/tasks", json=body, headers=headers) for headers in callers]

    assert [one.status_code for one in answers] == [401, 401, 403, 422]
    assert [("errors" in one.json()) for one in answers] == [False, False, False, True]


def test_a_body_that_cannot_be_used_counts_against_the_rate_too(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process.get(CallRates), "_interval", BUCKET / 3)
    own = bearing(give_key(process, "other", Scope.TASKS_WRITE))
    with TestClient(create_app(process)) as client:
        answers = [client.post("/v1/tasks", json={"task_id": 7}, headers=own) for _ in range(5)]

    assert [one.status_code for one in answers] == [422, 422, 422, 429, 429]
