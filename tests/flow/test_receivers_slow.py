"""A receiver that is slow, in whatever it does, costs its own delivery the deadline and no more."""

import socket
from contextlib import ExitStack
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from app.deliver.reply import Unanswered
from app.outbox.states import DeliveryState, Fault
from tests.build import MINUTE
from tests.posting import CLAIM, judged, timed
from tests.rude import Manners, drip, rude, silence

DEADLINE = 0.5  # seconds
MARGIN = 2.5  # seconds, for a machine that is busy with other tests
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less long than the service does."""
    monkeypatch.setattr("app.deliver.send.DEADLINE", DEADLINE)
    monkeypatch.setattr("app.deliver.connection.CONNECT", DEADLINE / 2)


SLOW = {
    "silence": silence,
    "a status line": drip(b"HTTP/1.1 200 "),
    "a header": drip(OK + b"X-Filler: "),
    "headers": drip(OK, b"X-Filler: 1\r\n"),
    "a body": drip(OK + b"Content-Length: 100000\r\n\r\n"),
    "a body without an end": drip(OK + b"\r\n"),
    "chunks": drip(CHUNKED, b"1\r\n \r\n"),
    "trailers": drip(CHUNKED + b"0\r\n", b"X-Filler: 1\r\n"),
    "1xx": drip(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}


@pytest.mark.usefixtures("deadline")
@pytest.mark.parametrize("manners", SLOW.values(), ids=SLOW)
def test_a_slow_answer_is_given_up_at_the_deadline_of_the_whole(manners: Manners) -> None:
    """Though bytes keep coming; and then the receiver is left alone for a minute."""
    with rude(manners) as server:
        reply, took = timed(server.url)

    assert isinstance(reply, Unanswered)
    assert reply.why == Fault.TIMEOUT
    assert judged(reply) == (DeliveryState.DUE, MINUTE)
    assert DEADLINE * 0.9 < took < DEADLINE + MARGIN
    assert len(server.callers) == 1


@pytest.mark.usefixtures("deadline")
def test_a_receiver_that_does_not_take_the_body_is_given_up_too() -> None:
    """It would be written to for ever."""
    with rude(lambda caller: caller.repeat(b"", every=0.02), hears=False) as server:
        reply, took = timed(server.url, claim=replace(CLAIM, body="x" * 20_000_000))

    assert judged(reply) == (DeliveryState.DUE, MINUTE)
    assert took < DEADLINE + MARGIN


@pytest.mark.usefixtures("deadline")
def test_a_handshake_that_is_never_answered_is_given_up_too() -> None:
    """Connected is not secured."""
    with rude(silence, hears=False) as server:
        reply, took = timed(server.url.replace("http:", "https:"))

    assert judged(reply) == (DeliveryState.DUE, MINUTE)
    assert took < DEADLINE + MARGIN


@pytest.mark.usefixtures("deadline")
def test_a_connection_that_is_never_accepted_is_given_up_too() -> None:
    """The queue at their door is full, and the system would try for minutes."""
    with ExitStack() as sockets:
        door = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(door.getsockname())

        reply, took = timed(f"http://127.0.0.1:{door.getsockname()[1]}/")

    assert judged(reply) == (DeliveryState.DUE, MINUTE)
    assert took < DEADLINE + MARGIN


@pytest.mark.usefixtures("deadline")
def test_a_name_server_that_does_not_answer_is_given_up_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The deadline is over resolving as well."""
    over = Event()

    def look_up(*_: Any, **__: Any) -> list[Any]:
        over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        reply, took = timed("https://slow.example/")
    finally:
        over.set()

    assert judged(reply) == (DeliveryState.DUE, MINUTE)
    assert took < DEADLINE + MARGIN
