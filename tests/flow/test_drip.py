"""An answer that drips in, or does not come at all, is not waited for beyond the deadline."""

import asyncio
from time import monotonic

import pytest

from app.upstream.port import Fault, Response
from tests.listening import Client, get, listening, play

DEADLINE = 0.3  # seconds
BEGINNINGS = {
    "nothing": b"",
    "a head": b"HTTP/1.1 200 OK\r\nX-Filler: ",
    "a body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    "a body without an end": b"HTTP/1.1 200 OK\r\n\r\n",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_slow_drip_is_given_up_after_the_deadline_of_the_whole(
    client: Client, beginning: bytes
) -> None:
    """Though bytes keep coming, so that no single read ever takes long."""

    async def drip(line: asyncio.Transport) -> None:
        line.write(beginning)
        while beginning:
            line.write(b" ")
            await asyncio.sleep(0.02)

    async def scene() -> tuple[Response | str, float]:
        transport = client(in_flight=1, deadline=DEADLINE)
        async with listening(drip) as server:
            began = monotonic()
            response = await get(transport, server.url)
            took = monotonic() - began
            await asyncio.wait_for(server.gone.wait(), 5)
            await transport.close()
            return response, took

    fault, took = play(scene())

    assert fault == Fault.TIMEOUT
    assert DEADLINE * 0.9 <= took < 10 * DEADLINE
