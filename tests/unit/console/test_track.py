"""Who tracks a task waits no longer than was said, whatever the service does."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from threading import Event

import pytest

from app.console.track import track
from app.errors import Unreachable
from app.exits import ExitCode
from tests.unit.console.service import answer, service_that

TASK = {"task_id": "img_1", "status": "processing", "finished_at": None, "error": None}
BODY = json.dumps(TASK | {"images": [], "assets": []}).encode()


@pytest.fixture
def over() -> Iterator[Event]:
    """What is set when the test is over, so that no answer is waited for longer."""
    over = Event()
    yield over
    over.set()


def test_a_service_that_takes_a_task_and_falls_silent_is_waited_for_as_long_as_was_said(
    capsys: pytest.CaptureFixture[str], over: Event
) -> None:
    """The task is shown as it was seen last."""

    def say(to: BaseHTTPRequestHandler) -> None:
        if to.command == "POST":
            answer(to, BODY)
        else:
            over.wait()

    with service_that(say) as service:
        code = track(service, {"task_id": "img_1"}, patience=0.1, as_json=False)
        over.set()

    assert (code, capsys.readouterr().out) == (ExitCode.NOT_OVER, "img_1  processing\n")


def test_a_service_that_takes_no_task_is_out_of_reach_by_then(over: Event) -> None:
    """Nobody knows whether the task is tracked, so it is not said to be under way."""
    with service_that(lambda _: over.wait()) as service:
        with pytest.raises(Unreachable, match="does not answer in time"):
            track(service, {"task_id": "img_1"}, patience=0.1, as_json=False)
        over.set()


def test_what_a_client_wrote_does_not_reach_the_terminal_as_orders(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = json.dumps(json.loads(BODY) | {"error": "\x1b[2Jno credit"}).encode()

    with service_that(lambda to: answer(to, body)) as service:
        track(service, {"task_id": "img_1"}, patience=None, as_json=False)

    assert capsys.readouterr().out == "img_1  processing\n  \N{REPLACEMENT CHARACTER}[2Jno credit\n"
