"""What every answer carries, and how to reach the connection that it goes out on."""

import socket
import struct
from asyncio import BaseTransport
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

_HEADERS = "simulator.headers"
_SERVER = "simulator.server"


class Wired(FastAPI):
    """An app whose answers are dated by its own clock; the server must add no date of its own."""

    def __init__(self, *, told_time: Callable[[], datetime], **options: Any) -> None:
        super().__init__(**options)
        self._told_time = told_time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and add what `tell` was asked to."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        headers = scope[_HEADERS] = {}
        # The frameworks wrap `send`, and only the server's own knows its connection.
        scope[_SERVER] = send

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._told_time(), usegmt=True)
                more = {"Date": date} | headers
                raw = [(name.lower().encode(), value.encode()) for name, value in more.items()]
                message = {**message, "headers": [*message["headers"], *raw]}
            await send(message)

        await super().__call__(scope, receive, add)


def tell(scope: Scope, headers: dict[str, str]) -> None:
    """Have the answer carry these headers, whatever answer it will be."""
    scope[_HEADERS].update(headers)


async def hang_up(scope: Scope, receive: Receive, *, reset: bool) -> None:
    """Close the connection after what was sent, or reset it, and wait until the server noticed.

    ASGI has no word for this, so it reaches for uvicorn's transport. Raises ConnectionError where
    there is none, as under a test client.
    """
    cycle = getattr(scope[_SERVER], "__self__", None)
    transport = getattr(cycle, "transport", None)
    if not isinstance(transport, BaseTransport):
        raise ConnectionResetError("The simulated connection was closed.")
    if reset:
        # Not to linger makes the kernel send RST in place of FIN.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
