"""Of an answer that has no end we take the beginning, and of a head that has none nothing."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from app.deliver.exchange import MOST_CHUNKS
from app.deliver.reply import Replied, Unanswered
from app.outbox.states import DeliveryState, Fault
from tests.authority import Authority
from tests.posting import judged, send
from tests.rude import Caller, Manners, pour, rude

KEPT = 16 * 1024
LITTLE = 16_000_000  # Bytes: what sockets hold, of an answer that would go on for gigabytes.
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = 0x10000
HINTS = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500

LONG: dict[str, Callable[[bytes], Manners]] = {
    "an endless body": lambda status: pour(status + b"\r\n", b"x" * BLOCK),
    "a body of a terabyte": lambda status: pour(
        status + b"Content-Length: 1000000000000\r\n\r\n", b"x" * BLOCK
    ),
    "endless chunks": lambda status: pour(
        status + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * BLOCK + b"\r\n"
    ),
}


@pytest.mark.parametrize("body", LONG.values(), ids=LONG)
@pytest.mark.parametrize(
    ("status", "state"), [(200, DeliveryState.DELIVERED), (500, DeliveryState.DUE)]
)
def test_of_an_endless_body_the_beginning_is_read_and_the_status_counts(
    body: Callable[[bytes], Manners], status: int, state: DeliveryState
) -> None:
    """It would fill the memory, or the deadline."""
    with rude(body(b"HTTP/1.1 %d So\r\n" % status)) as server:
        reply = send(server.url)

    assert isinstance(reply, Replied)
    assert (reply.status, reply.body) == (status, "x" * KEPT)
    assert judged(reply)[0] is state
    assert server.taken < LITTLE


def test_a_gzip_bomb_is_not_inflated() -> None:
    """It is kept as it came: no packing was asked for."""
    bomb = gzip.compress(bytes(100_000_000))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with rude(lambda caller: caller.say(head + bomb)) as server:
        reply = send(server.url)

    assert isinstance(reply, Replied)
    assert reply.body == bomb[:KEPT].decode("utf-8", "replace").replace("\0", "")
    assert b"accept-encoding: identity" in server.heads[0].lower()


FLOODS = {
    "one header": pour(OK + b"X-Filler: ", b"x" * BLOCK),
    "many headers": pour(OK, b"X-Filler: 1\r\n" * 5000),
    "a header in many lines": pour(OK + b"X-Filler: 1\r\n", b" x\r\n" * 5000),
    "a status line": pour(b"HTTP/1.1 200 ", b"x" * BLOCK),
    "no line at all": pour(b"", b"x" * BLOCK),
    "empty lines": pour(b"", b"\r\n" * 5000),
    "the size of a chunk": pour(CHUNKED, b"0" * BLOCK),
    "a chunk's extension": pour(CHUNKED + b"1;", b"x" * BLOCK),
    "trailers": pour(CHUNKED + b"0\r\n", b"X-Filler: 1\r\n" * 5000),
    "1xx": pour(b"", HINTS),
    "5 MB of headers": lambda caller: caller.say(
        OK + b"X-Filler: 1\r\n" * 400_000 + b"Content-Length: 0\r\n\r\n"
    ),
}


@pytest.mark.parametrize("manners", FLOODS.values(), ids=FLOODS)
def test_a_flood_before_the_body_is_not_taken(manners: Manners) -> None:
    """Long before the deadline, and whatever the status said."""
    with rude(manners) as server:
        reply = send(server.url)

    assert isinstance(reply, Unanswered)
    assert reply.why == Fault.MALFORMED
    assert judged(reply)[0] is DeliveryState.DUE
    assert server.taken < LITTLE


def test_a_flood_over_tls_is_not_taken_either(authority: Authority, tmp_path: Path) -> None:
    """It is another connection within the first."""
    with rude(pour(b"", HINTS), tls=authority.server("localhost", tmp_path)) as server:
        reply = send(f"https://localhost:{server.port}/")

    assert isinstance(reply, Unanswered)
    assert reply.why == Fault.MALFORMED
    assert server.taken < LITTLE


def test_of_a_body_in_crumbs_a_few_are_read() -> None:
    """Each costs as much as an answer, and there are thousands at hand; the status counts."""
    with rude(pour(CHUNKED, b"1\r\nx\r\n" * 5000)) as server:
        reply = send(server.url)

    assert isinstance(reply, Replied)
    assert (reply.status, reply.body) == (200, "x" * MOST_CHUNKS)
    assert reply.is_truncated


def test_what_a_body_holds_is_not_taken_for_heads() -> None:
    body = b"\r\n\r\nHTTP/1.1 200 OK" * 100
    words = OK + b"Content-Length: %d\r\n\r\n" % len(body)

    def manners(caller: Caller) -> None:
        caller.say(words)
        caller.say(body)

    with rude(manners) as server:
        reply = send(server.url)

    assert isinstance(reply, Replied)
    assert reply.body == body.decode()
