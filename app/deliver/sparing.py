"""Takes little of an answer at a time, and little in all, whatever it is made of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

MOST_TAKEN = 256 * 1024  # bytes: the longest head and all that is read of a body, and more
AT_ONCE = 4 * 1024  # bytes

_OPENED = {"connection.connect_tcp.complete", "connection.start_tls.complete"}
Read = Callable[..., Awaitable[bytes]]


async def sparing(event: str, info: dict[str, Any]) -> None:
    """Limit what comes over a connection that httpcore has just opened; this is its `trace`.

    An answer may begin with any number of 1xx, and a body be cut in chunks of one byte: what little
    comes of those takes seconds to read, and httpcore lets nobody else run until it has read what
    is there.
    """
    if event in _OPENED:
        stream = info["return_value"]
        stream.read = _limited(stream.read)


def _limited(read: Read) -> Read:
    taken = 0

    async def read_little(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        nonlocal taken
        await asyncio.sleep(0)  # What has come already is read without a turn for others.
        got = await read(min(max_bytes, AT_ONCE), timeout=timeout)
        taken += len(got)
        if taken > MOST_TAKEN:
            raise httpx.ReadError("the answer is too long")
        return got

    return read_little
