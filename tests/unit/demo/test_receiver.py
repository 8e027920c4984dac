"""The demo's receiver believes what verifies, once."""

import json

import pytest

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.clock import utc_now
from app.deliver.sign import signed_headers
from app.demo.receiver import Receiver

BODY = json.dumps({"id": "evt_1", "type": "task.completed", "data": {"task_id": "img_1"}}).encode()


@pytest.fixture
def receiver() -> Receiver:
    """A receiver with a secret."""
    receiver = Receiver()
    receiver.secret = make_webhook_secret()
    return receiver


def signed(secret: str) -> dict[str, str]:
    """Sign the body as of now."""
    return signed_headers(event_id="evt_1", body=BODY, keys=[key_of(secret)], now=utc_now())


def test_what_verifies_is_kept_once_however_often_it_comes(receiver: Receiver) -> None:
    answers = [receiver.receive(signed(receiver.secret), BODY) for _ in range(2)]

    assert answers == [204, 204]
    assert [(one.id, one.task_id) for one in receiver.arrivals] == [("evt_1", "img_1")]
    assert receiver.refused == 0


def test_what_another_signed_or_was_changed_is_refused(receiver: Receiver) -> None:
    other = receiver.receive(signed(make_webhook_secret()), BODY)
    changed = receiver.receive(signed(receiver.secret), BODY + b" ")

    assert (other, changed, receiver.refused, receiver.arrivals) == (401, 401, 2, [])
