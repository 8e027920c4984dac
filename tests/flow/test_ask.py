"""Asking LemonData, over real HTTP, turns whatever happens into an answer."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from app.accounts.account import Account
from app.poll.answer import Absent, Answer, Fault, Finished, Image, Unfinished
from app.poll.ask import LARGEST_BODY, Upstream
from app.poll.claim import Claim
from app.tasks.status import Status
from tests.build import make_watch
from tests.fakes import FakeServer, Reply, Request, serving

CLAIM = Claim(1, 1, "img_1", "/v1/images/generations/img_1", make_watch())
DONE = b'{"status": "completed", "data": [{"url": "https://x/1.png", "revised_prompt": "a lemon"}]}'


def ask(url: str) -> Answer:
    """Ask once at `url`."""

    async def once() -> Answer:
        account = Account(name="default", base_url=url, key=SecretStr("sk-secret"))
        upstream = Upstream(account, in_flight=1)
        try:
            return await upstream.ask(CLAIM)
        finally:
            await upstream.close()

    return asyncio.run(once())


def asked(answer: Callable[[Request], Reply]) -> tuple[Answer, FakeServer]:
    """Ask a server that answers so."""
    with serving(answer) as server:
        return ask(server.url), server


def test_the_documented_request_is_made_with_the_key() -> None:
    """And nothing else is asked."""
    answer, server = asked(lambda _: Reply(200, DONE))

    assert answer == Finished((Image("https://x/1.png", "a lemon", 0),))
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/v1/images/generations/img_1")
    assert request.headers["authorization"] == "Bearer sk-secret"
    assert request.headers["user-agent"].startswith("lemonwatch/")


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (Reply(200, b'{"status": "processing", "data": []}'), Unfinished(Status.PROCESSING)),
        (Reply(404, b'{"error": {"code": "async_task_not_found"}}'), Absent()),
        (Reply(404, b"<html>Not Found</html>"), Fault("HTTP 404")),
        (Reply(502, b"<html>Bad Gateway</html>"), Fault("HTTP 502")),
        (Reply(200, b"<html>Please wait</html>"), Fault("not a JSON object")),
        (Reply(200, b""), Fault("not a JSON object")),
        (
            Reply(200, DONE.replace(b"{", b'{"task_id": "img_2", ', 1)),
            Fault("another task's answer"),
        ),
        (Reply(200, b" " * (LARGEST_BODY + 1)), Fault("an answer too large")),
        (Reply(302, b"", {"Location": "http://127.0.0.1:9/"}), Fault("HTTP 302")),
    ],
    ids=[
        "processing",
        "404",
        "404-page",
        "502-page",
        "page",
        "empty",
        "another",
        "enormous",
        "redirect",
    ],
)
def test_each_response_is_an_answer(reply: Reply, answer: Answer) -> None:
    """Pages and nonsense are faults, and a redirect is not followed."""
    assert asked(lambda _: reply)[0] == answer


def test_a_gzip_bomb_is_an_answer_too_large() -> None:
    """What counts is what it unpacks to."""
    import gzip  # noqa: PLC0415

    bomb = Reply(200, gzip.compress(b" " * (50 * LARGEST_BODY)), {"Content-Encoding": "gzip"})

    assert asked(lambda _: bomb)[0] == Fault("an answer too large")


def test_nobody_there_is_a_fault() -> None:
    """The next look comes later."""
    with serving(lambda _: Reply()) as server:
        url = server.url

    assert ask(url) == Fault("ConnectError")


def test_a_broken_encoding_is_a_fault() -> None:
    """As from a gateway in trouble."""
    answer, _ = asked(lambda _: Reply(200, b"not gzip", {"Content-Encoding": "gzip"}))

    assert answer == Fault("DecodingError")
