"""Endpoints over HTTP: made, listed, shown; and the secrets that sign what is sent there."""

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from app.clock import utc_now
from app.endpoints import inband
from app.endpoints.headers import unseal
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.process.process import Process
from tests.build import CLIENT, make_endpoint

URL = "https://1.1.1.1/hook"  # An address, so that no test asks a name server.


def test_an_endpoint_shows_its_secret_when_it_is_made_and_not_in_lists(api: TestClient) -> None:
    """Later it is asked for by itself."""
    made = api.post("/v1/webhooks", json={"url": URL, "events": ["task.failed"]})

    assert made.status_code == 201
    secret = made.json().pop("secret")
    listed = api.get("/v1/webhooks").json()["items"]
    assert [(e["url"], e["events"], e["state"]) for e in listed] == [
        (URL, ["task.failed"], "enabled")
    ]
    assert "secret" not in listed[0]
    assert api.get(f"/v1/webhooks/{made.json()['id']}").json() == listed[0]
    assert api.get(f"/v1/webhooks/{made.json()['id']}/secret").json() == {"secret": secret}


def test_an_endpoint_wants_the_end_of_every_task_unless_it_says_otherwise(api: TestClient) -> None:
    """The star."""
    assert api.post("/v1/webhooks", json={"url": URL}).json()["events"] == ["*"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "http://1.1.1.1/"}, "/url"),
        ({"url": "https://1.1.1.1:8443/"}, "/url"),
        ({"url": "https://192.168.0.1/"}, "/url"),
        ({"url": "https://user:secret@1.1.1.1/"}, "/url"),
        ({"url": URL, "events": []}, "/events"),
        ({"url": URL, "events": ["task.sour"]}, "/events"),
        ({"url": URL, "colour": "yellow"}, "/colour"),
        ({"url": URL, "description": "a\0b"}, "/description"),
        ({"url": URL, "max_in_flight": 0}, "/max_in_flight"),
        ({"url": URL, "max_in_flight": "3"}, "/max_in_flight"),
        ({"url": URL, "max_per_minute": 0}, "/max_per_minute"),
        ({"url": URL, "headers": {"Webhook-Id": "evt_1"}}, "/headers"),
    ],
)
def test_an_endpoint_that_cannot_be_sent_to_is_refused(
    api: TestClient, body: object, pointer: str
) -> None:
    """With a pointer to what is wrong."""
    answer = api.post("/v1/webhooks", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert api.get("/v1/webhooks").json()["items"] == []


def test_an_endpoint_has_headers_whose_values_nobody_sees(
    api: TestClient, process: Process
) -> None:
    """They rest encrypted, and are replaced all together."""
    made = api.post("/v1/webhooks", json={"url": URL, "headers": {"Authorization": "Bearer lemon"}})
    at = f"/v1/webhooks/{made.json()['id']}"

    assert "lemon" not in made.text
    assert api.get(at).json()["headers"] == {"Authorization": "***"}
    with process.database.reading() as session:
        stored = session.query(Endpoint).one()
    assert "lemon" not in str(stored.header_values)
    assert unseal(stored.header_names or [], stored.header_values, process.cipher) == {
        "Authorization": "Bearer lemon"
    }
    assert api.patch(at, json={"description": "same"}).json()["headers"] == {"Authorization": "***"}
    assert api.patch(at, json={"headers": {}}).json()["headers"] == {}


def test_an_endpoint_says_how_much_it_takes(api: TestClient) -> None:
    """Twenty at once, at any rate, unless it says otherwise."""
    made = api.post("/v1/webhooks", json={"url": URL}).json()
    assert (made["max_in_flight"], made["max_per_minute"]) == (20, None)

    changed = api.patch(
        f"/v1/webhooks/{made['id']}", json={"max_in_flight": 3, "max_per_minute": 90.5}
    ).json()
    assert (changed["max_in_flight"], changed["max_per_minute"]) == (3, 90.5)
    again = api.patch(f"/v1/webhooks/{made['id']}", json={"max_per_minute": None}).json()
    assert (again["max_in_flight"], again["max_per_minute"]) == (3, None)


def test_secrets_rest_encrypted(api: TestClient, process: Process) -> None:
    """Who reads the database cannot sign."""
    secret = api.post("/v1/webhooks", json={"url": URL}).json()["secret"]

    with process.database.reading() as session:
        stored = session.query(Endpoint).one().secret
    assert secret not in stored
    assert process.cipher.decrypt(stored) == secret


def test_a_client_can_ask_for_the_secret_that_signs_its_tasks_webhooks(api: TestClient) -> None:
    """It is the same at every asking."""
    first = api.get("/v1/me/webhook-secret").json()["secret"]

    assert first.startswith("whsec_")
    assert api.get("/v1/me/webhook-secret").json()["secret"] == first


def test_a_rotated_secret_signs_beside_the_one_before_for_a_day(api: TestClient) -> None:
    made = api.post("/v1/webhooks", json={"url": URL}).json()
    before = utc_now()

    rotated = api.post(f"/v1/webhooks/{made['id']}/rotate")

    assert rotated.status_code == 200
    assert rotated.json()["secret"] != made["secret"]
    until = datetime.fromisoformat(rotated.json()["previous_secret_until"])
    assert timedelta(hours=24) <= until - before < timedelta(hours=24, minutes=1)
    secret = api.get(f"/v1/webhooks/{made['id']}/secret").json()
    assert secret == {"secret": rotated.json()["secret"]}


def test_a_secret_can_be_brought_and_the_one_before_end_at_once(api: TestClient) -> None:
    """As after a leak."""
    made = api.post("/v1/webhooks", json={"url": URL}).json()
    own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    rotated = api.post(
        f"/v1/webhooks/{made['id']}/rotate", json={"secret": own, "overlap_seconds": 0}
    ).json()

    assert (rotated["secret"], rotated["previous_secret_until"]) == (own, None)


def test_both_secrets_of_a_rotation_rest_encrypted(api: TestClient, process: Process) -> None:
    made = api.post("/v1/webhooks", json={"url": URL}).json()
    rotated = api.post(f"/v1/webhooks/{made['id']}/rotate").json()

    with process.database.reading() as session:
        endpoint = session.query(Endpoint).one()
    stored = [endpoint.secret, endpoint.secret_before or ""]
    assert [process.cipher.decrypt(one) for one in stored] == [rotated["secret"], made["secret"]]
    assert made["secret"] not in stored


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"overlap_seconds": -1}, "/overlap_seconds"),
        ({"overlap_seconds": 604801}, "/overlap_seconds"),
        ({"overlap_seconds": "3600"}, "/overlap_seconds"),
        ({"secret": "hunter2"}, "/secret"),
        ({"secret": "whsec_AAAA"}, "/secret"),
        ({"colour": "yellow"}, "/colour"),
    ],
)
def test_what_cannot_be_rotated_to_is_refused(api: TestClient, body: object, pointer: str) -> None:
    made = api.post("/v1/webhooks", json={"url": URL}).json()

    answer = api.post(f"/v1/webhooks/{made['id']}/rotate", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    secret = api.get(f"/v1/webhooks/{made['id']}/secret").json()["secret"]
    assert secret == made["secret"]


def test_what_is_not_there_is_not_rotated(api: TestClient) -> None:
    assert api.post("/v1/webhooks/we_none/rotate").status_code == 404


def test_what_is_named_is_changed_and_the_rest_stays(api: TestClient) -> None:
    made = api.post("/v1/webhooks", json={"url": URL, "description": "first"}).json()
    made.pop("secret")

    events = ["task.failed", "task.processing"]
    changed = api.patch(f"/v1/webhooks/{made['id']}", json={"events": events})

    assert changed.status_code == 200
    assert changed.json() == made | {"events": events}
    other = {"url": "https://1.0.0.1/", "description": None}
    assert api.patch(f"/v1/webhooks/{made['id']}", json=other).json() == changed.json() | other
    assert api.get(f"/v1/webhooks/{made['id']}").json() == changed.json() | other


def test_an_endpoint_is_disabled_and_enabled_by_its_owner(api: TestClient) -> None:
    made = api.post("/v1/webhooks", json={"url": URL}).json()
    place = f"/v1/webhooks/{made['id']}"

    disabled = api.patch(place, json={"state": "disabled"}).json()
    enabled = api.patch(place, json={"state": "enabled"}).json()

    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "disabled by its owner")
    assert (enabled["state"], enabled["disabled_reason"]) == ("enabled", None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://1.1.1.1/"}, "/url"),
        ({"url": "https://192.168.0.1/"}, "/url"),
        ({"url": None}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["task.sour"]}, "/events"),
        ({"state": "failing"}, "/state"),
        ({"state": None}, "/state"),
        ({"secret": "whsec_"}, "/secret"),
    ],
)
def test_what_an_endpoint_cannot_become_is_refused(
    api: TestClient, body: object, pointer: str
) -> None:
    """And nothing of it is changed."""
    made = api.post("/v1/webhooks", json={"url": URL}).json()
    place = f"/v1/webhooks/{made['id']}"
    before = api.get(place).json()

    answer = api.patch(place, json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert "EndpointState" not in answer.text
    assert api.get(place).json() == before


def test_a_deleted_endpoint_is_gone(api: TestClient) -> None:
    made, other = (api.post("/v1/webhooks", json={"url": URL}).json() for _ in range(2))
    place = f"/v1/webhooks/{made['id']}"

    assert api.delete(place).status_code == 204

    answers = [
        api.get(place), api.delete(place), api.patch(place, json={"state": "enabled"}),
        api.get(f"{place}/secret"), api.post(f"{place}/rotate"),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 5
    assert [one["id"] for one in api.get("/v1/webhooks").json()["items"]] == [other["id"]]


def test_every_answer_tells_which_endpoints_fail(
    api: TestClient, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the client's own; not what its owner has disabled, nor what is deleted."""
    monkeypatch.setattr(inband, "FRESH", 0.0)
    made = [api.post("/v1/webhooks", json={"url": URL}).json()["id"] for _ in range(4)]
    assert inband.HEADER not in api.get("/v1/tasks").headers
    api.patch(f"/v1/webhooks/{made[0]}", json={"state": "disabled"})
    with process.database.writing() as session:
        of = session.query(Endpoint).order_by(Endpoint.id).all()
        of[1].state = of[3].state = EndpointState.FAILING
        of[2].state, of[2].disabled_reason = EndpointState.DISABLED, "410"
    api.delete(f"/v1/webhooks/{made[3]}")

    answers = [
        api.get("/v1/tasks"), api.post("/v1/tasks", json={"task_id": "img_1"}),
        api.get("/v1/webhooks"), api.delete(f"/v1/webhooks/{made[0]}"),
        api.get("/v1/tasks/img_none"), api.post("/v1/tasks", json={}),
        api.post(f"/v1/webhooks/{made[2]}/test"),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [200, 201, 200, 204, 404, 422, 409]
    assert {one.headers.get(inband.HEADER) for one in answers} == {f"{made[1]}, {made[2]}"}
    api.patch(f"/v1/webhooks/{made[1]}", json={"state": "enabled"})
    assert api.get("/v1/tasks").headers[inband.HEADER] == made[2]


def test_another_client_s_failures_are_not_told(process: Process) -> None:
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, state=EndpointState.FAILING)
        found = inband.failing(session)

    assert dict(found) == {CLIENT: ["we_1"]}
