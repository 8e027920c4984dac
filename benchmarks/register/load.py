"""Sends requests that lie ready, over connections that stay open, and looks at no more than it must."""

import asyncio
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import cast

from app.process.loop import new_loop
from benchmarks.client import Failed

LENGTH = b"content-length: "


def send(port: int, requests: Sequence[bytes], *, clients: int, status: int) -> float:
    """Send all, by so many clients that each wait for their answers; return the seconds that it took.

    Raises Failed where an answer has another status.
    """
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_send(port, iter(requests), clients, b"HTTP/1.1 %d " % status))


async def _send(port: int, requests: Iterator[bytes], clients: int, wanted: bytes) -> float:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Client(requests, wanted), "127.0.0.1", port)
        for _ in range(clients)
    ]
    began = perf_counter()
    for _, client in made:
        client.next()
    await asyncio.gather(*(client.done for _, client in made))
    return perf_counter() - began


class _Client(asyncio.Protocol):
    """Sends the next request once the last is answered."""

    def __init__(self, requests: Iterator[bytes], wanted: bytes) -> None:
        self._requests = requests
        self._wanted = wanted
        self._heard = b""
        self._length = 0  # Of the whole answer, once its head is here.
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:

        self._transport = cast(asyncio.Transport, transport)

    def next(self) -> None:
        """Send the next, or end where there is none."""
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._length and (head := self._heard.find(b"\r\n\r\n")) > 0:
            at = self._heard.index(LENGTH) + len(LENGTH)
            self._length = head + 4 + int(self._heard[at : self._heard.index(b"\r\n", at)])
        if self._length and len(self._heard) >= self._length:
            if not self._heard.startswith(self._wanted):
                self._end(Failed(f"the answer was {self._heard[:500]!r}"))
                return
            self._heard, self._length = b"", 0
            self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(Failed(f"a connection was lost: {exc}"))

    def _end(self, error: Failed) -> None:
        if not self.done.done():
            self.done.set_exception(error)
