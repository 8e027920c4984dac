"""A server that answers byte by byte as the test says, and what it saw; for what fakes are too polite for."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import SecretStr

from app.process.loop import new_loop
from app.upstream.httpx_client import HttpxTransport
from app.upstream.port import Response, Transport, Unanswered
from app.upstream.pyreqwest_client import PyreqwestTransport

Client = type[PyreqwestTransport] | type[HttpxTransport]
Talk = Callable[[asyncio.Transport], Awaitable[None]]
KEY = SecretStr("sk-secret")
LIVE = b'{"status": "processing", "data": []}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n" + LIVE
T = TypeVar("T")


@dataclass
class Listener:
    """Where it is, the heads of the requests it got, and what became of its connections."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    opened: int = 0
    lines: dict[asyncio.Transport, asyncio.Event] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where to ask."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [head.split()[1].decode() for head in self.heads]


class _Connection(asyncio.Protocol):
    """Talks once for each request; who goes away is not talked to any more."""

    def __init__(self, listener: Listener, talk: Talk) -> None:
        self._listener, self._talk = listener, talk
        self._tasks: list[asyncio.Future[None]] = []
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._listener.opened += 1
        self._line = cast(asyncio.Transport, transport)
        self._listener.lines[self._line] = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        *heads, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in heads:
            self._listener.heads.append(head)
            self._listener.asked.set()
            self._tasks.append(asyncio.ensure_future(self._talk(self._line)))

    def connection_lost(self, _: Exception | None) -> None:
        self._listener.lines[self._line].set()
        self._listener.gone.set()
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[Listener]:
    """Answer each request by `talk`, until the client goes away."""
    listener = Listener()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Connection(listener, talk), "127.0.0.1", 0, ssl=tls, backlog=256
    )
    async with server:
        listener.port = server.sockets[0].getsockname()[1]
        try:
            yield listener
        finally:
            for line, lost in listener.lines.items():
                line.abort()
                await lost.wait()


async def silence(_: asyncio.Transport) -> None:
    """Say nothing."""
    await asyncio.sleep(60)


async def answer(line: asyncio.Transport) -> None:
    """Answer that the task is processing."""
    line.write(WHOLE)


async def get(transport: Transport, url: str, key: SecretStr = KEY) -> Response | str:
    """Ask once; what went wrong comes back as its text."""
    try:
        return await transport.get(url, key=key)
    except Unanswered as unanswered:
        return str(unanswered)


def play(scene: Coroutine[Any, Any, T]) -> T:
    """Play a scene on a loop of the kind that the service has."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(scene)
