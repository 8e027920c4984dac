"""Receivers have no part in each other: not in an address, a cookie, or the time that one takes."""

import asyncio
import socket
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from app.deliver.reply import Barred, Replied
from app.endpoints.guard import Guard
from tests.listening import play
from tests.posting import CLAIM, send, sending
from tests.rude import Caller, Manners, Rude, answer, rude, silence

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
GOOD = answer(OK + b"\r\n")
POSTS = 40


class MovingName:
    """A name that leads to the next address at every look-up, and to the last for good."""

    def __init__(self, *addresses: str) -> None:
        """Lead there, in this order."""
        self.lookups = 0
        self._addresses = addresses

    def look_up(self, host: str, port: int, **_: Any) -> list[Any]:
        """Answer as the system does."""
        assert host == "moving.example"
        at = self._addresses[min(self.lookups, len(self._addresses) - 1)]
        self.lookups += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, port))]


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> MovingName:
    """One that is good once, and then leads inside."""
    moving = MovingName("127.0.0.1", "127.0.0.2")
    monkeypatch.setattr(socket, "getaddrinfo", moving.look_up)
    return moving


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(name: MovingName) -> None:
    """A second look-up could lead where the first was not allowed to; the next send looks anew."""
    guard = Guard((ip_network("127.0.0.1/32"),), frozenset({443}))
    with rude(GOOD) as outer, rude(GOOD, at=("127.0.0.2", outer.port)) as inner:
        url = f"http://moving.example:{outer.port}/hook"

        first = send(url, guard)

        assert isinstance(first, Replied)
        assert (name.lookups, len(outer.heads), inner.callers) == (1, 1, [])
        assert f"host: moving.example:{outer.port}".encode() in outer.heads[0].lower()

        second = send(url, guard)

        assert isinstance(second, Barred)
        assert (name.lookups, len(outer.callers), inner.callers) == (2, 1, [])


def test_what_one_receiver_wants_remembered_is_sent_to_no_other() -> None:
    """Several may share an address; and what is kept for all of them would have no end."""

    async def scene(first: Rude, second: Rude) -> None:
        async with sending() as sender:
            for server in (first, first, second):
                await sender.send(replace(CLAIM, url=server.url))

    with (
        rude(answer(OK + b"Set-Cookie: secret=lemon; Path=/\r\n\r\n")) as first,
        rude(GOOD) as second,
    ):
        play(scene(first, second))

    heads = first.heads + second.heads
    assert len(heads) == 3
    assert b"cookie" not in b"".join(heads).lower()


def test_no_connection_is_kept_for_a_next_post() -> None:
    """A connection was checked for one host; and half a reply may still be in it."""

    def leftover(caller: Caller) -> None:
        caller.say(OK + b"\r\nHTTP/1.1 500 Left Over\r\nContent-Length: 0\r\n\r\n")
        caller.wait()

    async def scene(server: Rude) -> list[int]:
        async with sending() as sender:
            replies = [await sender.send(replace(CLAIM, url=server.url)) for _ in range(3)]
        return [reply.status for reply in replies if isinstance(reply, Replied)]

    with rude(leftover) as server:
        assert play(scene(server)) == [200, 200, 200]
        assert len(server.callers) == 3


def drip(caller: Caller) -> None:
    """Send a byte now and then."""
    caller.say(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    caller.repeat(b"x", every=0.05)


def drip_body(caller: Caller) -> None:
    """Send a body in bytes."""
    caller.say(b"HTTP/1.1 200 OK\r\n\r\n")
    caller.repeat(b"x", every=0.05)


def drip_1xx(caller: Caller) -> None:
    """Say again and again that it is under way."""
    caller.repeat(b"HTTP/1.1 102 Processing\r\n\r\n", every=0.05)


def endless(caller: Caller) -> None:
    """Send what has no end."""
    caller.say(b"HTTP/1.1 500 Oh\r\n\r\n")
    caller.repeat(b"x" * 0x10000)


HANGING: list[Manners] = [silence, drip, drip_body, drip_1xx]
ENDING: list[Manners] = [
    Caller.reset,
    endless,
    answer(b""),
    answer(b"HTTP/1.1 410 Gone\r\n\r\n"),
    answer(b"HTTP/1.1 429 Slow\r\nRetry-After: 99999999999999\r\n\r\n"),
    answer(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\n\r\n"),
    answer(b"rubbish\r\n\r\n"),
    answer(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: 1\r\n" * 400_000),
]


def test_a_good_receiver_is_answered_to_beside_all_bad_ones() -> None:
    """Every post to it has an answer while those who hang still do."""

    async def scene(good: Rude, hanging: list[Rude], ending: list[Rude]) -> None:
        async with sending(in_flight=64) as sender:

            def post(server: Rude) -> "asyncio.Future[Any]":
                return asyncio.ensure_future(sender.send(replace(CLAIM, url=server.url)))

            stuck = [post(server) for server in hanging * 3]
            for server in hanging:
                assert await asyncio.to_thread(server.asked.wait, 10)
            ended = [post(server) for server in ending * 3]
            replies = await asyncio.gather(*[post(good) for _ in range(POSTS)])

            assert [reply.status for reply in replies] == [200] * POSTS
            assert not any(post.done() for post in stuck)
            await asyncio.gather(*ended)
            assert not any(post.done() for post in stuck)
            for one in stuck:
                one.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    with ExitStack() as servers:
        good = servers.enter_context(rude(GOOD))
        hanging = [servers.enter_context(rude(manners)) for manners in HANGING]
        ending = [servers.enter_context(rude(manners)) for manners in ENDING]
        play(scene(good, hanging, ending))

        assert len(good.heads) == POSTS
