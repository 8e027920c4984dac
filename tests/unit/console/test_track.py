"""Who tracks a task waits no longer than was said, whatever the service does."""

import json
from collections.abc import Iterator
from threading import Event

import pytest

from app.console.service import Service
from app.console.track import track
from app.errors import Unreachable
from app.exits import ExitCode
from tests.fakes import Reply, Request, serving

ONCE = {"Connection": "close"}
KEY, WANTED = "lw_somebodys", {"task_id": "img_1"}
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

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            over.wait()
        return Reply(body=BODY, headers=ONCE)

    with serving(answer) as server:
        code = track(Service(server.url, KEY), WANTED, patience=0.1, as_json=False)
        over.set()

    assert (code, capsys.readouterr().out) == (ExitCode.NOT_OVER, "img_1  processing\n")


def test_a_service_that_takes_no_task_is_out_of_reach_by_then(over: Event) -> None:
    """Nobody knows whether the task is tracked, so it is not said to be under way."""

    def answer(_: Request) -> Reply:
        over.wait()
        return Reply(body=BODY, headers=ONCE)

    with serving(answer) as server:
        with pytest.raises(Unreachable, match="does not answer in time"):
            track(Service(server.url, KEY), WANTED, patience=0.1, as_json=False)
        over.set()


def test_what_a_client_wrote_does_not_reach_the_terminal_as_orders(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = json.dumps(json.loads(BODY) | {"error": "\x1b[2Jno credit"}).encode()

    with serving(lambda _: Reply(body=body, headers=ONCE)) as server:
        track(Service(server.url, KEY), WANTED, patience=None, as_json=False)

    assert capsys.readouterr().out == "img_1  processing\n  \N{REPLACEMENT CHARACTER}[2Jno credit\n"
