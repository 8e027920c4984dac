"""Whatever is called, a client meets its own and nothing of another's: every route there is, walked."""

import json
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.clients.scopes import EVERY, Scope
from app.main import create_app
from app.outbox.models import Delivery, Event
from app.poll.record import record
from app.process.process import Process
from tests.build import NOW, claim_polls, completed, make_endpoint, make_task
from tests.callers import bearing, give_key

SECRET = "of-the-first-client"
READ, WRITE, HOOKS, ADMIN = (
    Scope.TASKS_READ, Scope.TASKS_WRITE, Scope.WEBHOOKS_WRITE, Scope.ADMIN
)  # fmt: skip


class Call(NamedTuple):
    """How to call a route, which scopes do, and what the other client is answered."""

    scopes: set[Scope]
    status: int
    body: Any = None
    query: str = ""


HOOK = {"url": "https://1.1.1.1/mine"}
KEY = {"name": "x", "client": "x", "scopes": ["tasks:read"]}
ANY = set(EVERY)
SINCE = {"since": "2026-01-01T00:00:00Z"}
# 404 where the route names something of the first client's; else what is its own, or everybody's.
CALLS = {
    "POST /v1/tasks": Call({WRITE}, 201, {"task_id": "img_other"}),
    "POST /v1/tasks/batch": Call({WRITE}, 200, {"tasks": [{"task_id": "img_other"}]}),
    "GET /v1/tasks": Call({READ}, 200),
    "GET /v1/tasks/{task_id}": Call({READ}, 404),
    "DELETE /v1/tasks/{task_id}": Call({WRITE}, 404),
    "GET /v1/tasks/{task_id}/timeline": Call({READ}, 404),
    "POST /v1/tasks/{task_id}/poll": Call({WRITE}, 404),
    "GET /v1/stats": Call({READ}, 200),
    "GET /v1/events": Call({READ}, 200),
    "GET /v1/events/stream": Call({READ}, 422, query="?after={event_id}"),
    "POST /v1/webhooks": Call({HOOKS}, 201, HOOK),
    "GET /v1/webhooks": Call({READ, HOOKS}, 200),
    "GET /v1/webhooks/{webhook_id}": Call({READ, HOOKS}, 404),
    "PATCH /v1/webhooks/{webhook_id}": Call({HOOKS}, 404, {"state": "disabled"}),
    "DELETE /v1/webhooks/{webhook_id}": Call({HOOKS}, 404),
    "GET /v1/webhooks/{webhook_id}/secret": Call({HOOKS}, 404),
    "POST /v1/webhooks/{webhook_id}/rotate": Call({HOOKS}, 404),
    "POST /v1/webhooks/{webhook_id}/test": Call({HOOKS}, 404),
    "POST /v1/webhooks/{webhook_id}/recover": Call({HOOKS}, 404, SINCE),
    "GET /v1/webhooks/{webhook_id}/recoveries": Call({READ, HOOKS}, 404),
    "GET /v1/webhooks/{webhook_id}/recoveries/{recovery_id}": Call({READ, HOOKS}, 404),
    "DELETE /v1/webhooks/{webhook_id}/recoveries/{recovery_id}": Call({HOOKS}, 404),
    "GET /v1/webhooks/{webhook_id}/deliveries": Call({READ, HOOKS}, 404),
    "GET /v1/deliveries/{delivery_id}": Call({READ, HOOKS}, 404),
    "POST /v1/deliveries/{delivery_id}/resend": Call({HOOKS}, 404),
    "POST /v1/webhooks/verify": Call(ANY, 200, {"headers": {}, "body": "{}"}),
    "GET /v1/me/webhook-secret": Call({HOOKS}, 200),
    "GET /v1/accounts": Call({ADMIN}, 200),
    "POST /v1/accounts": Call({ADMIN}, 201, {"name": "x", "api_key": "sk-x"}),
    "GET /v1/accounts/{name}": Call({ADMIN}, 200),
    "PATCH /v1/accounts/{name}": Call({ADMIN}, 200, {"rpm": 7}),
    "POST /v1/accounts/{name}/test": Call({ADMIN}, 200),
    "GET /v1/keys": Call({ADMIN}, 200),
    "POST /v1/keys": Call({ADMIN}, 201, KEY),
    "DELETE /v1/keys/{key_id}": Call({ADMIN}, 204),
}
# These wait for a worker, which there is none of here, or have no end.
SLOW = {
    "POST /v1/accounts/{name}/test", "POST /v1/webhooks/{webhook_id}/test", "GET /v1/events/stream",
}  # fmt: skip


@pytest.fixture
def names(api: TestClient, process: Process) -> dict[str, str]:
    """Everything that the first client has, by what routes call it."""
    with process.database.writing() as session:
        endpoint = make_endpoint(session, process.cipher, description=SECRET)
        for number in range(2):
            make_task(session, f"img_{number}", labels={"of": SECRET}, model=SECRET)
        (claim, _) = claim_polls(session, now=NOW)
        record(session, [completed(claim, f"https://a.example/{SECRET}")], now=NOW)
        event, delivery = (
            session.scalars(select(one.public_id)).first() for one in (Event, Delivery)
        )
        webhook = endpoint.public_id
    recovery = api.post(f"/v1/webhooks/{webhook}/recover", json=SINCE).json()["id"]
    key = api.post("/v1/keys", json=KEY | {"client": "default"}).json()["id"]
    return {
        "task_id": "img_0", "webhook_id": webhook, "recovery_id": recovery, "event_id": str(event),
        "delivery_id": str(delivery), "key_id": key, "name": "default",
    }  # fmt: skip


def call(api: TestClient, route: str, names: dict[str, str], key: str) -> Any:
    """Call the route with `key`."""
    method, path = route.split(" ")
    how = CALLS[route]
    body = {} if how.body is None else {"json": how.body}
    return api.request(method, (path + how.query).format(**names), headers=bearing(key), **body)


def of_its_own(api: TestClient) -> dict[str, Any]:
    """All that the first client is shown."""
    lists = {name: api.get(f"/v1/{name}").json() for name in ("tasks", "webhooks", "events")}
    for task in lists["tasks"]["items"]:
        del task["eta"]  # It moves on by itself.
    return lists | {"counts": api.get("/v1/stats").json()["counts"]}


def test_every_route_is_walked_here(process: Process) -> None:
    """Who adds one says here who may call it."""
    found = {
        f"{method.upper()} {path}"
        for path, methods in create_app(process).openapi()["paths"].items()
        for method in methods
        if path.startswith("/v1")
    }

    assert found == set(CALLS)


def test_another_client_s_are_not_there_and_not_to_be_seen(
    api: TestClient, process: Process, names: dict[str, str]
) -> None:
    """Not in a list, a count, or an error; and nothing of them changes."""
    other = give_key(process, "other", READ, WRITE, HOOKS)
    mine = of_its_own(api)

    for route, how in CALLS.items():
        if ADMIN in how.scopes and how.scopes != ANY:
            continue
        answer = call(api, route, names, other)

        assert answer.status_code == how.status, (route, answer.text)
        assert SECRET not in answer.text, route
        if answer.is_success:  # An error may quote what was asked for.
            assert names["event_id"] not in answer.text, route
            assert names["delivery_id"] not in answer.text, route

    stats = api.get("/v1/stats", headers=bearing(other)).json()
    assert sum(stats["counts"].values()) == 1
    assert of_its_own(api) == mine


def test_each_route_takes_a_key_that_is_good_for_it_and_no_other(
    api: TestClient, process: Process, names: dict[str, str]
) -> None:
    """One of its scopes is enough, and all of the others together are not."""
    keys = {scope: give_key(process, "default", scope) for scope in Scope}

    for route, how in CALLS.items():
        for scope, key in keys.items():
            if route in SLOW and scope in how.scopes:
                continue
            status = call(api, route, names, key).status_code
            assert (status == 403) == (scope not in how.scopes), (route, scope, status)


def test_without_a_key_there_is_nothing(anyone: TestClient, names: dict[str, str]) -> None:
    for route in CALLS:
        answer = call(anyone, route, names, "lw_nobody")

        assert answer.status_code == 401, route
        assert json.loads(answer.text)["title"], route
