"""Why a webhook does not verify, by HTTP and by command."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from app.cli import cli
from app.clients.models import Client
from app.clients.webhook_secret import key_of, make_webhook_secret
from app.clock import utc_now
from app.deliver.sign import signed_headers
from app.outbox.models import Event
from app.process.process import Process
from app.verify.explain import Known
from app.verify.sent import known_of
from tests.build import CLIENT, NOW

OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
URL = "https://1.1.1.1/hook"
BODY = '{"id":"evt_1","type":"task.completed"}'


def signed(secret: str, body: str = BODY, *, event_id: str = "evt_1") -> dict[str, str]:
    """Sign as of now."""
    return signed_headers(
        event_id=event_id, body=body.encode(), keys=[key_of(secret)], now=utc_now()
    )


def wrong(explanation: dict[str, Any]) -> set[str]:
    """Return the parts that are not right."""
    return {part["name"] for part in explanation["parts"] if not part["ok"]}


@pytest.fixture
def secret(api: TestClient, process: Process) -> str:
    """The secret of a client's endpoint, to which an event of that client's was sent."""
    secret = str(api.post("/v1/webhooks", json={"url": URL}).json()["secret"])
    with process.database.writing() as session:
        session.add(
            Event(
                public_id="evt_1",
                client_id=CLIENT,
                sequence=1,
                type="task.completed",
                body=BODY,
                created_at=NOW,
            )
        )
    return secret


def test_a_message_as_it_was_sent_is_verified(api: TestClient, secret: str) -> None:
    """With the secret, and without it by those that the client has."""
    for given in ({"secret": secret}, {}):
        answer = api.post(
            "/v1/webhooks/verify", json={"headers": signed(secret), "body": BODY, **given}
        )

        assert answer.status_code == 200
        assert answer.json()["verified"] is True
        assert wrong(answer.json()) == set()


def test_what_was_sent_is_compared_with_what_came(api: TestClient, secret: str) -> None:
    came = BODY.replace("completed", "failed")
    answer = api.post("/v1/webhooks/verify", json={"headers": signed(secret), "body": came})

    assert wrong(answer.json()) == {"body", "signature"}
    assert "byte 27" in answer.text


def test_another_secret_of_the_client_s_is_named_and_not_shown(
    api: TestClient, secret: str
) -> None:
    own = api.get("/v1/me/webhook-secret").json()["secret"]
    answer = api.post(
        "/v1/webhooks/verify", json={"headers": signed(own), "body": BODY, "secret": secret}
    )

    assert wrong(answer.json()) == {"secret", "signature"}
    assert "the secret of the client itself" in answer.text
    assert own not in answer.text
    assert secret not in answer.text


def test_an_event_that_was_never_sent_is_judged_by_what_is_given(
    api: TestClient, secret: str
) -> None:
    headers = signed(secret, event_id="evt_2")
    answer = api.post("/v1/webhooks/verify", json={"headers": headers, "body": BODY + "\n"})

    assert wrong(answer.json()) == {"body", "signature"}
    assert "line ends" in answer.text


def test_another_client_knows_neither_body_nor_secrets(process: Process, secret: str) -> None:
    with process.database.writing() as session:
        theirs = process.cipher.encrypt(OTHER)
        stranger = Client(name="stranger", webhook_secret=theirs, created_at=NOW)
        session.add(stranger)
        session.flush()
        known = known_of(session, process.cipher, client=stranger.id, event_id="evt_1")

    assert secret != OTHER
    assert known == Known(secrets={"the client itself": OTHER})


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/headers"),
        ({"headers": {"webhook-id": 1}, "body": ""}, "/headers/webhook-id"),
        ({"headers": {}, "body": 1}, "/body"),
        ({"headers": {}, "body": "\ud800"}, "/body"),
        ({"headers": {}, "body": "", "secret": "a" * 501}, "/secret"),
        ({"headers": {}, "body": "", "colour": "yellow"}, "/colour"),
    ],
)
def test_what_is_no_message_is_refused(api: TestClient, body: object, pointer: str) -> None:
    kind = {"Content-Type": "application/json"}
    answer = api.post("/v1/webhooks/verify", content=json.dumps(body), headers=kind)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_whoever_has_no_key_is_told_nothing(anyone: TestClient) -> None:
    answer = anyone.post("/v1/webhooks/verify", json={"headers": {}, "body": ""})

    assert answer.status_code == 401


class Command:
    """`lemonwatch verify`, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.secret = make_webhook_secret()
        self.file = folder / "secret"
        self.file.write_text(self.secret + "\n")
        self.body = folder / "body"
        self.body.write_text(BODY)

    def run(self, *arguments: str, body: str = BODY, env: dict[str, str] | None = None) -> Result:
        """Run it with `body` at its standard input."""
        return CliRunner().invoke(cli, ["verify", *arguments], input=body, env=env)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, with a secret in a file and none in the environment."""
    monkeypatch.delenv("LEMONWATCH_WEBHOOK_SECRET", raising=False)
    return Command(tmp_path)


def lines(headers: dict[str, str]) -> list[str]:
    """Write headers as options."""
    return [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]


def test_the_command_verifies_what_was_sent(command: Command) -> None:
    """The secret from a file or the environment, the body from a file or standard input."""
    headers = lines(signed(command.secret))
    by_file = command.run(*headers, "--secret-file", str(command.file), "--body", str(command.body))
    by_env = command.run(*headers, env={"LEMONWATCH_WEBHOOK_SECRET": command.secret})

    assert (by_file.exit_code, by_env.exit_code) == (0, 0)
    assert by_file.output.splitlines()[-1] == by_env.output.splitlines()[-1] == "verified"


@pytest.mark.parametrize("form", ["lines", "json"])
def test_the_command_reads_headers_from_a_file(command: Command, tmp_path: Path, form: str) -> None:
    headers, file = signed(command.secret), tmp_path / "headers"
    as_lines = "POST /hook HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items())
    file.write_text(json.dumps(headers) if form == "json" else as_lines)

    done = command.run("--headers", str(file), "--secret-file", str(command.file), "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["verified"] is True


def test_the_command_says_which_part_is_wrong(command: Command) -> None:
    done = command.run(
        *lines(signed(command.secret)), "--secret-file", str(command.file), body=BODY + "\n"
    )

    assert done.exit_code == 1
    assert "FAIL body: there are spaces or line ends around it" in done.output
    assert done.output.splitlines()[-1] == "not verified"
    assert command.secret not in done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "LEMONWATCH_WEBHOOK_SECRET"),
        (["--secret-file", "nowhere"], "nowhere cannot be read"),
        (["--headers", "nowhere"], "nowhere cannot be read"),
    ],
)
def test_the_command_says_what_it_needs(command: Command, arguments: list[str], says: str) -> None:
    done = command.run(*arguments)

    assert done.exit_code != 0
    assert says in str(done.exception)
