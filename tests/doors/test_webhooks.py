"""Endpoints over HTTP: made, listed, shown; and the secrets that sign what is sent there."""

import pytest
from fastapi.testclient import TestClient

from app.endpoints.models import Endpoint
from app.process.process import Process

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
