"""A receiver that breaks off or talks nonsense is unanswered: one post, and another when it is due."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.deliver.reply import Replied, Reply, Unanswered
from app.outbox.states import DeliveryState, Fault
from tests.authority import DAY, Authority, self_signed
from tests.build import SECOND
from tests.listening import play
from tests.posting import CLAIM, judged, send, sending
from tests.rude import Caller, Manners, Rude, answer, rude

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MANY = 100
AGAIN = (DeliveryState.DUE, 5 * SECOND)


def torn(words: bytes) -> Manners:
    """Begin to answer, and reset the connection."""

    def manners(caller: Caller) -> None:
        caller.say(words)
        caller.reset()

    return manners


BROKEN = {
    "closed without an answer": answer(b""),
    "closed after 100": answer(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "closed within the status line": answer(b"HTTP/1.1 20"),
    "closed within the head": answer(OK + b"Content-Le"),
    "closed within the body": answer(OK + b"Content-Length: 10\r\n\r\nabc"),
    "closed within a chunk": answer(CHUNKED + b"ff\r\nabc"),
    "closed between chunks": answer(CHUNKED + b"3\r\nabc\r\n"),
    "reset without an answer": torn(b""),
    "reset within the head": torn(OK + b"Content-Le"),
    "reset within the body": torn(OK + b"Content-Length: 10\r\n\r\nabc"),
    "HTTP/0.9": answer(b"<html>Welcome</html>"),
    "HTTP/0.9 in lines": answer(b"<html>\r\n\r\nWelcome\r\n\r\n</html>\r\n\r\n"),
    "HTTP/2": answer(b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x80\0\4\0\1\0\0\0\5\0\xff\xff\xff"),
    "another protocol": answer(b"220 mail.example ESMTP\r\n"),
    "binary": answer(bytes(range(256)) * 4),
    "no status": answer(b"HTTP/1.1\r\n\r\n"),
    "a status in words": answer(b"HTTP/1.1 two hundred\r\n\r\n"),
    "a status below 0": answer(b"HTTP/1.1 -200 OK\r\n\r\n"),
    "a status of two digits": answer(b"HTTP/1.1 20 OK\r\n\r\n"),
    "a status of four digits": answer(b"HTTP/1.1 2000 OK\r\n\r\n"),
    "status 000": answer(b"HTTP/1.1 000 OK\r\n\r\n"),
    "HTTP of no version": answer(b"HTTP/x.y 200 OK\r\n\r\n"),
    "other protocols are switched to": answer(b"HTTP/1.1 101 So\r\nUpgrade: h2c\r\n\r\n"),
    "a header without a colon": answer(OK + b"Content-Length 0\r\n\r\n"),
    "a header without a name": answer(OK + b": 0\r\n\r\n"),
    "a NUL in a header": answer(OK + b"X-Filler: a\0b\r\nContent-Length: 0\r\n\r\n"),
    "a length below 0": answer(OK + b"Content-Length: -1\r\n\r\n"),
    "a length in words": answer(OK + b"Content-Length: none\r\n\r\n"),
    "two lengths": answer(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "a length that no machine has room for": answer(OK + b"Content-Length: %d\r\n\r\n" % 10**30),
    "a coding that nobody knows": answer(OK + b"Transfer-Encoding: lemon\r\n\r\nabc"),
    "a chunk longer than it says": answer(CHUNKED + b"1\r\nabc\r\n0\r\n\r\n"),
    "a chunk shorter than it says": answer(CHUNKED + b"3\r\na\r\n0\r\n\r\n"),
    "a chunk below 0": answer(CHUNKED + b"-1\r\na\r\n0\r\n\r\n"),
    "a chunk of no number": answer(CHUNKED + b"xyz\r\na\r\n0\r\n\r\n"),
    "a chunk of 10**30": answer(CHUNKED + b"%x\r\na\r\n0\r\n\r\n" % 10**30),
}


def is_unanswered(reply: Reply, server: Rude) -> bool:
    """Tell whether there was one connection and no timeout, and the schedule goes on."""
    assert isinstance(reply, Unanswered)
    assert reply.why in {Fault.DISCONNECTED, Fault.MALFORMED}
    return (judged(reply), len(server.callers)) == (AGAIN, 1)


@pytest.mark.parametrize("manners", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_none_is_a_failure_of_one_post(manners: Manners) -> None:
    """Another may be one too many, and comes when it is due."""
    with rude(manners) as server:
        reply = send(server.url)

    assert is_unanswered(reply, server)


def test_who_hangs_up_at_once_is_posted_to_once() -> None:
    """Whether we find out when connecting, when writing or when reading: of many each happens."""

    async def scene(server: Rude) -> list[Reply]:
        async with sending() as sender:
            posts = [sender.send(replace(CLAIM, url=server.url)) for _ in range(MANY)]
            return await asyncio.gather(*posts)

    with rude(Caller.reset, hears=False) as server:
        replies = play(scene(server))

    assert all(isinstance(reply, Unanswered) for reply in replies)
    assert [judged(reply) for reply in replies] == [AGAIN] * MANY
    assert len(server.callers) == MANY


def test_what_a_broken_receiver_may_have_taken_is_not_sent_to_its_other_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only where nothing was sent is the next address tried."""
    with (
        rude(torn(b"")) as first,
        rude(answer(OK + b"\r\n"), at=("127.0.0.2", first.port)) as other,
    ):
        both = [(socket.AF_INET, 1, 6, "", (ip, first.port)) for ip in ("127.0.0.1", "127.0.0.2")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

        reply = send(f"http://two.example:{first.port}/")

        assert is_unanswered(reply, first)
        assert other.callers == []


@contextmanager
def secured(manners: Manners, tls: Any) -> Iterator[tuple[str, Rude]]:
    """Serve at localhost over TLS."""
    with rude(manners, tls=tls) as server:
        yield f"https://localhost:{server.port}/hook", server


def test_a_good_certificate_is_posted_to(authority: Authority, tmp_path: Path) -> None:
    """So it is the fault of theirs where the others are not."""
    with secured(answer(OK + b"\r\n"), authority.server("localhost", tmp_path)) as (url, server):
        reply = send(url)

    assert isinstance(reply, Replied)
    assert f"host: localhost:{server.port}".encode() in server.heads[0].lower()


@pytest.mark.parametrize("fault", ["another name's", "too old", "a stranger's", "its own"])
def test_a_certificate_that_is_not_good_sees_no_post(
    authority: Authority, tmp_path: Path, fault: str
) -> None:
    """It may be anybody; the delivery waits for a better one."""
    tls = {
        "another name's": lambda: authority.server("other.example", tmp_path),
        "too old": lambda: authority.server("localhost", tmp_path, ends=-DAY),
        "a stranger's": lambda: Authority().server("localhost", tmp_path),
        "its own": lambda: self_signed("localhost", tmp_path),
    }[fault]()
    with secured(answer(OK + b"\r\n"), tls) as (url, server):
        reply = send(url)

        assert isinstance(reply, Unanswered)
        assert reply.why == Fault.UNTRUSTED
        assert (judged(reply), server.heads) == (AGAIN, [])


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Fault.UNTRUSTED),
        (b"", Fault.UNREACHABLE),
        (b"\x15\3", Fault.UNREACHABLE),
    ],
)
def test_who_does_not_speak_tls_sees_no_post(words: bytes, fault: Fault) -> None:
    """The URL said https."""
    with rude(answer(words), hears=False) as server:
        reply = send(server.url.replace("http:", "https:"))

    assert isinstance(reply, Unanswered)
    assert (reply.why, judged(reply), server.heads) == (fault, AGAIN, [])


@pytest.mark.parametrize("words", [b"", OK, OK + b"Content-Length: 9\r\n\r\nabc"])
def test_who_stops_to_speak_tls_is_broken_too(
    authority: Authority, tmp_path: Path, words: bytes
) -> None:
    """In the middle of the answer, or in its stead."""

    def lapse(caller: Caller) -> None:
        caller.say(words)
        caller.blurt(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        caller.wait()

    with secured(lapse, authority.server("localhost", tmp_path)) as (url, server):
        reply = send(url)

    assert isinstance(reply, Unanswered)
    assert (judged(reply), len(server.heads)) == (AGAIN, 1)
