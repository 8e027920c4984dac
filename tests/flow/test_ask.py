"""Asking LemonData, over real HTTP, turns whatever happens into an answer."""

import asyncio
import gzip
import struct
import zlib
from collections.abc import Callable
from importlib.metadata import version
from socket import SO_LINGER, SOL_SOCKET

import pytest
from pydantic import SecretStr

from app.clock import utc_now
from app.poll.asking import Asking
from app.tasks.status import Status
from app.upstream.answer import (
    Absent,
    Answer,
    Denied,
    Finished,
    Image,
    Nonsense,
    Outage,
    Paused,
    Refused,
    Unfinished,
)
from app.upstream.heard import Heard
from app.upstream.port import LARGEST_BODY
from tests.build import SECOND
from tests.fakes import FakeServer, Reply, Request, serving
from tests.listening import LIVE, WHOLE, Client, listening, play
from tests.scripted import claim

KEY = "sk-secret"
PATH = "/v1/images/generations/img_1"
DONE = b'{"status": "completed", "data": [{"url": "https://x/1.png", "revised_prompt": "a lemon"}]}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: "
AT_ONCE = struct.pack("ii", 1, 0)


async def ask_each(client: Client, url: str, *keys: str, proxy: str | None = None) -> list[Heard]:
    """Ask with each of `keys`, one after the other over one transport."""
    asking = Asking(client(in_flight=1, proxy=SecretStr(proxy) if proxy else None), in_flight=1)
    claims = [claim(base_url=url, key=SecretStr(key), epoch=n) for n, key in enumerate(keys)]
    try:
        return [(await asking.ask(one, utc_now())).answer for one in claims]
    finally:
        await asking.close()


def ask(client: Client, url: str, *keys: str, proxy: str | None = None) -> list[Heard]:
    """Ask with each of `keys`, on a loop of its own."""
    return play(ask_each(client, url, *keys, proxy=proxy))


def asked(client: Client, answer: Callable[[Request], Reply]) -> tuple[Heard, FakeServer]:
    """Ask a server that answers so."""
    with serving(answer) as server:
        return ask(client, server.url, KEY)[0], server


def told(
    client: Client, raw: bytes, *, times: int = 1, reset: bool = False
) -> tuple[list[Heard], int]:
    """Ask a server that answers `raw`, and tell over how many connections that went."""

    async def answer(line: asyncio.Transport) -> None:
        if reset:
            line.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, AT_ONCE)
        line.write(raw)
        if raw is not WHOLE:
            line.close()

    async def scene() -> tuple[list[Heard], int]:
        async with listening(answer) as server:
            heard = await ask_each(client, server.url.rstrip("/"), *[KEY] * times)
            return heard, server.opened

    return play(scene())


def test_the_documented_request_is_made_with_the_key(client: Client) -> None:
    """And nothing else is asked."""
    heard, server = asked(client, lambda _: Reply(200, DONE))

    assert heard == Heard(answer=Finished((Image("https://x/1.png", "a lemon", 0),)))
    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", PATH, b"")
    assert request.headers["authorization"] == "Bearer sk-secret"
    assert request.headers["user-agent"] == f"lemonwatch/{version('lemonwatch')}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"


GZIP, DEFLATE = {"Content-Encoding": "gzip"}, {"Content-Encoding": "Deflate"}
NOT_GZIP = Reply(200, b"not gzip", GZIP)
ON = Unfinished(Status.PROCESSING)
NO_JSON, TOO_LARGE = Nonsense("not a JSON object"), Nonsense("an answer too large")
RESPONSES: dict[str, tuple[Reply, Answer]] = {
    "processing": (Reply(200, LIVE), ON),
    "failed": (Reply(200, b'{"status": "failed", "error": "No."}'), Refused("No.")),
    "404": (Reply(404, b'{"error": {"code": "async_task_not_found"}}'), Absent()),
    "404 page": (Reply(404, b"<html>Not Found</html>"), Nonsense("HTTP 404")),
    "401": (Reply(401, b"{}"), Denied("HTTP 401", certain=True)),
    "429": (Reply(429, b"", {"Retry-After": "17"}), Paused(17 * SECOND)),
    "502 page": (Reply(502, b"<html>Bad Gateway</html>"), Outage("HTTP 502")),
    "page": (Reply(200, b"<html>Please wait</html>"), NO_JSON),
    "page by type": (Reply(200, DONE, {"Content-Type": "text/html"}), Nonsense("an HTML page")),
    "empty": (Reply(200, b""), NO_JSON),
    "another": (Reply(200, b'{"id": "x", ' + DONE[1:]), Nonsense("another task's answer")),
    "enormous": (Reply(200, b" " * (LARGEST_BODY + 1)), TOO_LARGE),
    "a byte too large": (Reply(200, LIVE.ljust(LARGEST_BODY + 1)), TOO_LARGE),
    "just not too large": (Reply(200, LIVE.ljust(LARGEST_BODY)), ON),
    "redirect": (Reply(302, b"", {"Location": "http://127.0.0.1:9/"}), Nonsense("HTTP 302")),
    "gzip": (Reply(200, gzip.compress(LIVE), GZIP), ON),
    "deflate": (Reply(200, zlib.compress(LIVE), DEFLATE), ON),
    "broken gzip": (NOT_GZIP, Outage("broken off")),
    "bomb": (Reply(200, gzip.compress(b" " * (LARGEST_BODY * 50)), GZIP), TOO_LARGE),
    "an encoding unknown": (Reply(200, LIVE[5:], {"Content-Encoding": "br"}), NO_JSON),
}


@pytest.mark.parametrize(("reply", "answer"), RESPONSES.values(), ids=RESPONSES)
def test_each_response_is_an_answer_and_an_odd_one_evidence(
    client: Client, reply: Reply, answer: Answer
) -> None:
    """Pages are nonsense, a redirect is not followed, and what counts is what a body unpacks to."""
    heard, server = asked(client, lambda _: reply)

    assert heard.answer == answer
    assert len(server.requests) == 1
    is_good = isinstance(answer, Finished | Refused | Unfinished)
    no_evidence = is_good or reply is NOT_GZIP or answer == Nonsense("another task's answer")
    assert (heard.evidence is None) == no_evidence


def test_no_cookie_is_sent_back_nor_to_another_account(client: Client) -> None:
    """What one account is given to remember must not mark another."""
    cookie = {"Set-Cookie": "session=1; Path=/; Domain=127.0.0.1"}
    with serving(lambda _: Reply(200, LIVE, cookie)) as server:
        ask(client, server.url, "sk-one", "sk-two", "sk-one")

    assert len({request.headers["authorization"] for request in server.requests}) == 2
    assert all("cookie" not in request.headers for request in server.requests)


def test_a_proxy_is_taken_from_the_setting_and_never_from_the_environment(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The key would go through it."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "" if "no_" in name.lower() else "http://127.0.0.1:9")
    with serving(lambda _: Reply(200, LIVE)) as server:
        heard = ask(client, server.url, KEY) + ask(
            client, "http://lemondata.invalid", KEY, proxy=server.url
        )

    assert [one.answer for one in heard] == [ON] * 2
    assert [r.path for r in server.requests] == [PATH, f"http://lemondata.invalid{PATH}"]


BROKEN = {
    "no answer": b"",
    "half of a head": b"HTTP/1.1 200 OK\r\nContent-",
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a body cut off": HEAD + b"99\r\n\r\n" + DONE[:50],
    "a whole answer cut off": HEAD + b"999\r\n\r\n" + LIVE,
    "a chunk cut off": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n24\r\n" + LIVE,
    "a length of words": HEAD + b"many\r\n\r\n" + LIVE,
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_what_breaks_off_or_is_no_http_is_an_outage_without_evidence(
    client: Client, raw: bytes
) -> None:
    """A whole answer is believed only where the response is whole."""
    assert told(client, raw) == ([Heard(answer=Outage("broken off"))], 1)


def test_a_redirect_to_nowhere_says_nothing_of_the_task(client: Client) -> None:
    """One client calls it an answer and another none."""
    head = b"HTTP/1.1 302 No\r\nLocation: http://[::\r\nContent-Length: 0\r\n\r\n"

    ((heard,), connections) = told(client, head)

    assert heard.answer in {Nonsense("HTTP 302"), Outage("broken off")}
    assert connections == 1


@pytest.mark.parametrize("raw", [b"", HEAD + b"99\r\n\r\n" + DONE[:50]], ids=["at once", "midway"])
def test_a_connection_that_is_reset_is_an_outage(client: Client, raw: bytes) -> None:
    """The next look comes later."""
    assert told(client, raw, reset=True) == ([Heard(answer=Outage("broken off"))], 1)


def test_one_connection_serves_many_questions(client: Client) -> None:
    """A handshake each time would cost more than the question."""
    heard, connections = told(client, WHOLE, times=5)

    assert [one.answer for one in heard] == [ON] * 5
    assert connections == 1


def test_nobody_there_is_an_outage(client: Client) -> None:
    """The next look comes later."""
    with serving(lambda _: Reply()) as server:
        url = server.url

    assert ask(client, url, KEY) == [Heard(answer=Outage("no connection"))]
