"""The receiver that all post to: as fast as may be, and the one who counts. It verifies nothing.

Run as `python -m benchmarks.webhooks.receiver`, it prints three ports: of one that answers 204, of one
that accepts and never answers, and of one that refuses every connection. The first knows `/-/count`,
how many events it has received, and `/-/seen`, all that it has seen.
"""

import asyncio
import json
import re
import socket
import sys
import time
from collections import defaultdict
from typing import cast

from benchmarks.loop import run

TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"
SAID = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
EVENT = re.compile(rb"\r\nwebhook-id: *([^\r]+)", re.IGNORECASE)


class Book:
    """When each event came first, by the path that it came to, and how much there was."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self._received: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._count = self._posts = self._bytes = 0
        self.hung = 0

    def take(self, path: str, event: str, size: int) -> None:
        """Note a POST."""
        self._posts += 1
        self._bytes += size
        events = self._received[path]
        if event not in events:
            events[event] = time.monotonic()
            self._count += 1

    def tell(self, path: str) -> bytes:
        """Return what the run asks for."""
        if path == "/-/count":
            return json.dumps(self._count).encode()
        return json.dumps({
            "at": time.monotonic(), "posts": self._posts, "bytes": self._bytes, "hung": self.hung,
            "received": self._received,
        }).encode()  # fmt: skip


class Answering(asyncio.Protocol):
    """One connection, on which requests are answered in their order, each at once."""

    def __init__(self, book: Book) -> None:
        """Write down in `book` what comes."""
        self._book = book
        self._rest = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take the requests that are complete by now."""
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n") + 4) > 3:
            head = self._rest[:end]
            length = LENGTH.search(head)
            size = int(length[1]) if length else 0
            if len(self._rest) < end + size:
                return
            self._rest = self._rest[end + size :]
            self._take(head, size)

    def _take(self, head: bytes, size: int) -> None:
        path, event = head.split(b" ", 2)[1].decode(), EVENT.search(head)
        if event:
            self._book.take(path, event[1].decode(), size)
            self._write(TAKEN)
        else:
            said = self._book.tell(path)
            self._write(SAID % (len(said), said))

    def _write(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(answer)


class Silent(asyncio.Protocol):
    """One connection, on which nothing is ever answered."""

    def __init__(self, book: Book) -> None:
        """Count it in `book`."""
        self._book = book

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        self._book.hung += 1


async def main() -> None:
    """Serve until the process is ended."""
    loop, book = asyncio.get_running_loop(), Book()
    answering = await loop.create_server(lambda: Answering(book), "127.0.0.1", 0, backlog=2048)
    silent = await loop.create_server(lambda: Silent(book), "127.0.0.1", 0, backlog=2048)
    with socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))  # Nobody else gets it, and nobody listens.
        sockets = (answering.sockets[0], silent.sockets[0], refusing)
        sys.stdout.write(" ".join(str(one.getsockname()[1]) for one in sockets) + "\n")
        sys.stdout.flush()
        await answering.serve_forever()


if __name__ == "__main__":
    run(main())
