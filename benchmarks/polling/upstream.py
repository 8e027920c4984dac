"""The LemonData that all peers ask: as fast as may be, and the one who counts.

Run as `python -m benchmarks.polling.upstream LATENCY`, it prints its port. Beside tasks it knows
`/-/open` and `/-/close/INTERVAL`, between which it counts, `/-/count`, and `/-/asked`.
"""

import asyncio
import json
import sys
import time
from typing import cast

from benchmarks.loop import run
from benchmarks.polling.book import Book
from benchmarks.polling.load import read_task_id

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
# With an id of usual length, an answer is about 340 bytes.
BODY = (
    '{{"created":1764000000,"id":"{of}","task_id":"{of}","status":"{status}","progress":50,'
    '"model":"flux-pro","poll_url":"/v1/images/generations/{of}","data":[{{"url":"{url}",'
    '"revised_prompt":"A ripe lemon on a wooden table by a window, in the soft light of a winter '
    'morning, shallow depth of field"}}]}}'
)
URL = "https://images.example/1.png"


class Desk:
    """What all conversations share: the clock, the book, and how long an answer takes."""

    def __init__(self, latency: float) -> None:
        """Take `latency` seconds over each answer."""
        self.latency = latency
        self.loop = asyncio.get_running_loop()
        self.book = Book()
        self._done_at: dict[str, float] = {}
        self._plan: dict[str, tuple[float, float]] = {}

    def ask(self, task: str) -> None:
        """Note that somebody asks for a task."""
        now = time.monotonic()
        if task in self._plan:
            self.book.ask(task, now)
            return
        due, lasts = self._plan[task] = read_task_id(task)
        self._done_at[task] = now + lasts if lasts else float("inf")
        self.book.ask(task, now, late=time.time() - due if due else None)

    def answer(self, task: str) -> bytes:
        """Note an answer, and return it."""
        now = time.monotonic()
        is_done = now >= self._done_at[task]
        self.book.answer(task, now, final=is_done)
        status, url = ("completed", URL) if is_done else ("pending", "")
        return BODY.format(of=task, status=status, url=url).encode()

    def control(self, words: list[str]) -> bytes:
        """Do what the run asks for."""
        match words:
            case ["open"]:
                self.book.open(time.monotonic())
                return b"{}"
            case ["count"]:
                return json.dumps(self.book.answers).encode()
            case ["asked"]:
                return json.dumps(self.book.tasks).encode()
            case ["close", interval]:
                seen = self.book.close(time.monotonic(), interval=float(interval))
                return json.dumps(seen.as_json()).encode()
            case _:
                return b'{"error": "unknown"}'


class Conversation(asyncio.Protocol):
    """One kept-alive connection, on which requests without bodies are answered in their order."""

    def __init__(self, desk: Desk) -> None:
        """Answer what `desk` says."""
        self._desk = desk
        self._rest = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it: what was to be answered here is not, and does not count."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Take the requests that are complete by now."""
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            self._take(request.split(b" ", 2)[1].decode())

    def _take(self, path: str) -> None:
        desk = self._desk
        if path.startswith("/-/"):
            self._write(desk.control(path.split("/")[2:]))
            return
        task = path.rpartition("/")[2]
        desk.ask(task)
        if desk.latency:
            desk.loop.call_later(desk.latency, self._answer, task)
        else:
            self._answer(task)

    def _answer(self, task: str) -> None:
        if self._transport is not None:
            self._write(self._desk.answer(task))

    def _write(self, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(HEAD % (len(body), body))


async def main(latency: float) -> None:
    """Serve until the process is ended."""
    desk = Desk(latency)
    server = await desk.loop.create_server(lambda: Conversation(desk), "127.0.0.1", 0, backlog=2048)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    run(main(float(sys.argv[1])))
