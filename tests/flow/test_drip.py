"""An answer that drips in is not waited for beyond the deadline."""

import asyncio
from contextlib import suppress
from time import monotonic

import pytest
from pydantic import SecretStr

from app.upstream.client import HttpxTransport
from app.upstream.port import Unanswered

DEADLINE = 0.3  # seconds
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, so that no single read ever takes long."""
    writer.write(HEAD)
    with suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)
    writer.close()


async def ask_dripping() -> None:
    """Ask a server that drips."""
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    transport = HttpxTransport(in_flight=1, deadline=DEADLINE)
    port = server.sockets[0].getsockname()[1]
    try:
        await transport.get(f"http://127.0.0.1:{port}/", key=SecretStr("sk-test"))
    finally:
        await transport.close()
        server.close()
        await asyncio.sleep(0.1)  # For the dripper to see that nobody listens.


def test_a_slow_drip_is_given_up_after_the_deadline_of_the_whole() -> None:
    """Though bytes keep coming."""
    began = monotonic()

    with pytest.raises(Unanswered, match="timeout"):
        asyncio.run(ask_dripping())

    assert DEADLINE <= monotonic() - began < 10 * DEADLINE
