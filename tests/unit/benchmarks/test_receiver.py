"""The receiver answers at once, however its requests are cut, and counts each event once."""

import asyncio
import json
from typing import Any

from benchmarks.webhooks.receiver import TAKEN, Answering, Book


class Line(asyncio.WriteTransport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written += data


def post(path: str, event: str, body: bytes) -> bytes:
    """Return a webhook as it comes."""
    head = f"POST {path} HTTP/1.1\r\nWebhook-Id: {event}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def opened(book: Book) -> tuple[Answering, Line]:
    """Return a connection, and what it writes to."""
    answering, line = Answering(book), Line()
    answering.connection_made(line)
    return answering, line


def test_a_request_in_pieces_is_answered_once_it_is_whole() -> None:
    answering, line = opened(Book())
    *pieces, last = (bytes([byte]) for byte in post("/7", "evt_1", b"\r\n\r\n"))
    for piece in pieces:
        answering.data_received(piece)
    before = line.written

    answering.data_received(last)

    assert before == b""
    assert line.written == TAKEN


def test_requests_that_come_together_are_each_answered() -> None:
    answering, line = opened(Book())

    answering.data_received(post("/7", "evt_1", b"{}") + post("/8", "evt_2", b""))

    assert line.written == 2 * TAKEN


def test_an_event_counts_once_by_the_path_that_it_came_to() -> None:
    book = Book()
    answering, _ = opened(book)
    for event in ("evt_1", "evt_2", "evt_1"):
        answering.data_received(post("/7", event, b"{}"))

    seen = json.loads(book.tell("/-/seen"))

    assert json.loads(book.tell("/-/count")) == 2
    assert (seen["posts"], seen["bytes"], seen["hung"]) == (3, 6, 0)
    assert list(seen["received"]["/7"]) == ["evt_1", "evt_2"]


def test_it_tells_what_it_has_seen() -> None:
    answering, line = opened(Book())

    answering.data_received(b"GET /-/count HTTP/1.1\r\nHost: x\r\n\r\n")

    assert line.written.endswith(b"Content-Length: 1\r\n\r\n0")
