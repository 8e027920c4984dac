"""Takes little of an answer at a time, and little in all, whatever it is made of."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

MOST_OF_HEAD = 32 * 1024  # bytes, of all heads together
MOST_INTERIM = 8  # Answers (1xx) before the one that counts.
AT_ONCE = 4 * 1024  # bytes

_OPENED = {"connection.connect_tcp.complete", "connection.start_tls.complete"}
_HEAD_IS_OVER = "http11.receive_response_headers.complete"
# With the end of the last head a body may come, which does not look so.
_INTERIM = re.compile(rb"\r\n\r\nHTTP/1\.\d 1")
Read = Callable[..., Awaitable[bytes]]


class Sparing:
    """Limits what comes of one answer over a connection; it is httpcore's `trace` for the request.

    An answer may begin with any number of 1xx: what little comes of those takes seconds to read, and
    httpcore lets nobody else run until it has read what is there. Of the body, who reads takes no
    more than is wanted.
    """

    def __init__(self) -> None:
        """Have read nothing yet."""
        self._head = 0
        self._interim = 0
        self._is_in_body = False

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Be told of what has happened to the request."""
        if event in _OPENED:
            stream = info["return_value"]
            stream.read = self._limited(stream.read)
        elif event == _HEAD_IS_OVER:
            self._is_in_body = True

    def _limited(self, read: Read) -> Read:
        async def read_little(max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
            await asyncio.sleep(0)  # What has come already is read without a turn for others.
            got = await read(min(max_bytes, AT_ONCE), timeout=timeout)
            if not self._is_in_body:
                self._head += len(got)
                self._interim += len(_INTERIM.findall(got))
                if self._head > MOST_OF_HEAD or self._interim > MOST_INTERIM:
                    raise httpx.ReadError("the head of the answer is too long")
            return got

        return read_little
