"""The receiver of the examples, told by the service, and by those who are not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.deliver.sign import signed_headers
from tests.e2e.service import (
    api_of,
    at_simulator,
    client,
    eventually,
    key_in,
    make,
    running_up,
    simulator_of,
)
from tests.servers.process import _ending_with, free_port

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "receiver.py"
BODY = b'{"id":"evt_1","type":"task.completed"}'


class Example:
    """The example, run as its first lines say, in a folder that keeps its inbox and what it prints."""

    def __init__(self, folder: Path, secrets: str) -> None:
        self._out = folder / "received"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/hook"
        with self._out.open("ab") as out:
            self._child = subprocess.Popen(
                [sys.executable, EXAMPLE, str(port), folder / "inbox.db"], stdout=out,
                stderr=subprocess.DEVNULL, env={**os.environ, "WEBHOOK_SECRET": secrets},
                preexec_fn=_ending_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - only prctl
            )  # fmt: skip
        eventually(self._listens)

    def _listens(self) -> bool:
        try:
            return httpx.get(self.url, trust_env=False).status_code == 501
        except httpx.TransportError:
            return False

    @property
    def received(self) -> list[tuple[str, Any]]:
        """What it has worked on, in order."""
        lines = (line.split(" ", 1) for line in self._out.read_text().splitlines())
        return [(event_id, json.loads(body)) for event_id, body in lines]

    def post(self, headers: dict[str, str], body: bytes = BODY) -> int:
        """Post to it; return the status."""
        return httpx.post(self.url, content=body, headers=headers, trust_env=False).status_code

    def kill(self) -> None:
        """End it without a word."""
        self._child.kill()
        self._child.wait()


@contextmanager
def example(folder: Path, secrets: str) -> Iterator[Example]:
    """Run the example until the block ends."""
    running = Example(folder, secrets)
    try:
        yield running
    finally:
        running.kill()


def signed(secret: str, event_id: str = "evt_1", *, ago: timedelta = timedelta()) -> dict[str, str]:
    """Sign the body as the service does."""
    now = datetime.now(UTC) - ago
    return signed_headers(event_id=event_id, body=BODY, keys=[key_of(secret)], now=now)


def test_it_is_told_of_the_end_of_a_task(tmp_path: Path) -> None:
    """By the service as it is: with the client's secret, once, and with the whole story."""
    with running_up(tmp_path) as up:
        key = key_in(tmp_path)
        with client(api_of(up), key) as api, at_simulator(simulator_of(up)) as simulator:
            secret = api.get("/v1/me/webhook-secret").json()["secret"]
            with example(tmp_path, secret) as receiver:
                task = make(simulator, seconds=1)
                api.post("/v1/tasks", json={**task, "webhook_url": receiver.url}).raise_for_status()
                ((event_id, event),) = eventually(lambda: receiver.received)

    assert event["id"] == event_id
    assert (event["type"], event["data"]["task_id"]) == ("task.completed", task["task_id"])
    assert event["data"]["timeline"]


def test_what_comes_again_is_accepted_and_worked_on_once(tmp_path: Path) -> None:
    secret = make_webhook_secret()
    with example(tmp_path, secret) as receiver:
        statuses = [receiver.post(signed(secret)) for _ in range(3)]
        statuses.append(receiver.post(signed(secret, "evt_2")))
        eventually(lambda: len(receiver.received) >= 2)
        time.sleep(0.2)

        assert statuses == [204] * 4
        assert [event_id for event_id, _ in receiver.received] == ["evt_1", "evt_2"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "evt_2"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "now"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA v1a,AAAA"},
    ],
)
def test_what_it_did_not_ask_for_is_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    secret = make_webhook_secret()
    with example(tmp_path, secret) as receiver:
        own = signed(secret) if headers else signed(make_webhook_secret())

        assert receiver.post(own | headers) == 401
        assert receiver.post(signed(secret, ago=timedelta(minutes=6))) == 401
        assert receiver.post(signed(secret), BODY + b"\n") == 401
        assert receiver.post(signed(secret), BODY * 9999) == 413
        assert receiver.received == []


def test_both_secrets_are_good_while_one_is_rotated(tmp_path: Path) -> None:
    old, new = make_webhook_secret(), make_webhook_secret()
    with example(tmp_path, f"{new} {old}") as receiver:
        both = signed(new) | {
            "webhook-signature": f"{signed(old)['webhook-signature']} v1,{'A' * 43}="
        }

        assert [receiver.post(one) for one in (signed(new), signed(old), both)] == [204] * 3


def test_what_it_kept_is_worked_on_after_a_crash(tmp_path: Path) -> None:
    """And what it had worked on is not."""
    secret = make_webhook_secret()
    with example(tmp_path, secret) as receiver:
        receiver.post(signed(secret, "evt_1"))
        eventually(lambda: receiver.received)
        receiver.post(signed(secret, "evt_2"))
        receiver.kill()
    with example(tmp_path, secret) as receiver:
        receiver.post(signed(secret, "evt_1"))
        receiver.post(signed(secret, "evt_3"))
        eventually(lambda: "evt_3" in dict(receiver.received))

        ids = [event_id for event_id, _ in receiver.received]
        assert sorted(set(ids)) == ["evt_1", "evt_2", "evt_3"]
        assert ids.count("evt_1") == 1
