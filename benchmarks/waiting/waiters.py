"""Clients that wait, each on a connection of its own that costs them next to nothing."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence

from benchmarks.waiting.record import name_of
from benchmarks.waiting.site import KEY

WAIT = 60
AT_ONCE = 100  # that connect
LENGTH = re.compile(r"content-length: (\d+)")
WITHIN = 120.0  # seconds, after which an answer is not waited for


async def wait_all(
    port: int, *, waiters: int, tasks: int, during: Callable[[], Awaitable[None]]
) -> Sequence[float]:
    """Have so many wait, taking turns with the tasks; return when each was answered that it is over."""
    door = asyncio.Semaphore(AT_ONCE)
    waiting = [asyncio.create_task(_wait(port, n % tasks, door)) for n in range(waiters)]
    await during()
    async with asyncio.timeout(WITHIN):
        return await asyncio.gather(*waiting)


async def _wait(port: int, task: int, door: asyncio.Semaphore) -> float:
    path = f"/v1/tasks/{name_of(task)}?wait={WAIT}"
    async with door:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"GET {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {KEY}\r\nConnection: close"
        )
        writer.write(f"{head}\r\n\r\n".encode())
        await writer.drain()
    answer = await reader.read()
    at = time.monotonic()
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200") or b'"status":"completed"' not in answer:
        raise RuntimeError(f"who waited was answered: {answer[:200]!r}")
    return at
