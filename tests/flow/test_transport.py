"""Whichever client asks LemonData, it holds few connections, lets go of them, and keeps the key to itself."""

import asyncio
import socket
import subprocess
import sys
from contextlib import ExitStack
from time import monotonic

import pytest
from pydantic import SecretStr

from app.upstream.port import LARGEST_BODY, Fault, Response
from tests.listening import LIVE, WHOLE, Client, answer, get, listening, play, silence

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BLOCK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"


def test_the_names_of_headers_are_in_lower_case_and_their_values_as_they_came(
    client: Client,
) -> None:
    """Whoever reads them need not know how the server spells them."""

    async def spell(line: asyncio.Transport) -> None:
        head = b"HTTP/1.1 429 No\r\nRETRY-AFTER: 17\r\nX-RateLimit-Limit: Sixty\r\n"
        line.write(head + b"Content-Length: 0\r\n\r\n")

    async def scene() -> Response | str:
        transport = client(in_flight=1)
        async with listening(spell) as server:
            response = await get(transport, server.url)
            await transport.close()
        return response

    response = play(scene())

    assert isinstance(response, Response)
    assert response.status == 429
    assert dict(response.headers) == {
        "retry-after": "17",
        "x-ratelimit-limit": "Sixty",
        "content-length": "0",
    }
    assert response.headers.get("content-type") is None


def test_a_header_that_is_no_text_spoils_neither_the_answer_nor_the_other_headers(
    client: Client,
) -> None:
    """Gateways write names of towns."""

    async def spell(line: asyncio.Transport) -> None:
        head = b"HTTP/1.1 200 OK\r\nX-Town: Z\xfcrich\r\nContent-Type: text/plain\r\n"
        line.write(head + b"Content-Length: 36\r\n\r\n" + LIVE)

    async def scene() -> Response | str:
        transport = client(in_flight=1)
        async with listening(spell) as server:
            response = await get(transport, server.url)
            await transport.close()
        return response

    response = play(scene())

    assert isinstance(response, Response)
    assert response.body == LIVE
    assert response.headers.get("content-type") == "text/plain"
    assert response.headers.get("x-town") in {None, "Zürich"}


def test_of_an_endless_answer_no_more_is_read_than_the_limit(client: Client) -> None:
    """It would fill the memory in ten seconds."""
    sent = 0

    async def pour(line: asyncio.Transport) -> None:
        nonlocal sent
        line.write(CHUNKED)
        while not line.is_closing():
            if line.get_write_buffer_size() < len(BLOCK):
                line.write(BLOCK)
                sent += len(BLOCK)
            await asyncio.sleep(0)

    async def scene() -> Response | str:
        transport = client(in_flight=1)
        async with listening(pour) as server:
            response = await get(transport, server.url)
            await asyncio.wait_for(server.gone.wait(), 5)
            await transport.close()
        return response

    response = play(scene())

    assert isinstance(response, Response)
    assert (len(response.body), response.is_cut) == (LARGEST_BODY, True)
    assert sent < 16 * LARGEST_BODY  # The rest is what sockets hold.


def test_a_length_that_no_machine_has_room_for_is_not_made_room_for(client: Client) -> None:
    """It may lie."""

    async def lie(line: asyncio.Transport) -> None:
        line.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\n" + LIVE)
        line.close()

    async def scene() -> Response | str:
        transport = client(in_flight=1)
        async with listening(lie) as server:
            response = await get(transport, server.url)
            await transport.close()
        return response

    assert play(scene()) == Fault.BROKEN


def test_no_more_is_in_flight_than_was_said(client: Client) -> None:
    """The others wait for room, and are asked then."""
    now, most = 0, 0

    async def think(line: asyncio.Transport) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.05)
        now -= 1
        line.write(WHOLE)

    async def scene() -> tuple[list[Response | str], int]:
        transport = client(in_flight=2)
        async with listening(think) as server:
            responses = await asyncio.gather(*[get(transport, server.url) for _ in range(6)])
            await transport.close()
            return responses, server.opened

    responses, opened = play(scene())

    assert all(isinstance(response, Response) for response in responses)
    assert most == 2
    assert opened == 2


def test_waiting_for_room_counts_towards_the_deadline(client: Client) -> None:
    """It is one of the whole."""

    async def scene() -> tuple[Response | str, float]:
        transport = client(in_flight=1, deadline=1)
        async with listening(silence) as server:
            first = asyncio.ensure_future(get(transport, server.url))
            await server.asked.wait()
            await asyncio.sleep(0.5)
            began = monotonic()
            # There is room when the first is given up, in the middle of this one's time.
            second = await get(transport, server.url)
            took = monotonic() - began
            await first
            await transport.close()
            return second, took

    fault, took = play(scene())

    assert fault == Fault.TIMEOUT
    assert 0.9 < took < 1.4


def test_who_is_cancelled_is_released_at_once_and_makes_room(client: Client) -> None:
    """A worker that ends does not wait for answers."""

    async def second_only(line: asyncio.Transport) -> None:
        requests.append(line)
        if len(requests) == 2:
            await answer(line)

    async def scene() -> tuple[float, Response | str]:
        transport = client(in_flight=1)
        async with listening(second_only) as server:
            asking = asyncio.ensure_future(get(transport, server.url))
            await server.asked.wait()
            began = monotonic()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            response = await get(transport, server.url)
            took = monotonic() - began
            await transport.close()
            return took, response

    requests: list[asyncio.Transport] = []
    took, response = play(scene())

    assert isinstance(response, Response)
    assert took < 5


def test_what_is_cancelled_while_it_waits_for_room_is_never_sent(client: Client) -> None:
    """It would spend the account's allowance on an answer that nobody hears."""

    async def scene() -> list[str]:
        transport = client(in_flight=1, deadline=0.5)
        async with listening(silence) as server:
            first = asyncio.ensure_future(get(transport, server.url + "first"))
            await server.asked.wait()
            second = asyncio.ensure_future(get(transport, server.url + "second"))
            await asyncio.sleep(0.1)
            second.cancel()
            assert await first == Fault.TIMEOUT
            await asyncio.sleep(0.2)
            await transport.close()
            return server.paths

    assert play(scene()) == ["/first"]


def test_the_connection_of_who_is_cancelled_is_gone_by_the_deadline(client: Client) -> None:
    """No later than if it had been waited for."""

    async def scene() -> float:
        transport = client(in_flight=1, deadline=0.5)
        async with listening(silence) as server:
            asking = asyncio.ensure_future(get(transport, server.url))
            await server.asked.wait()
            began = monotonic()
            asking.cancel()
            await asyncio.wait_for(server.gone.wait(), 5)
            await transport.close()
            return monotonic() - began

    assert play(scene()) < 2


def test_closing_lets_go_of_the_idle_connections(client: Client) -> None:
    """They would be kept for a minute."""

    async def scene() -> bool:
        transport = client(in_flight=1)
        async with listening(answer) as server:
            await get(transport, server.url)
            was_kept = not server.gone.is_set()
            await transport.close()
            await asyncio.wait_for(server.gone.wait(), 5)
            return was_kept

    assert play(scene())


def test_a_connection_that_nobody_accepts_is_given_up_before_the_deadline(client: Client) -> None:
    """The queue at their door is full, and the system would try for minutes."""
    with ExitStack() as sockets:
        door = sockets.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(door.getsockname())

        async def scene() -> tuple[Response | str, float]:
            transport = client(in_flight=1, connect=0.3, deadline=9)
            began = monotonic()
            response = await get(transport, f"http://127.0.0.1:{door.getsockname()[1]}/")
            took = monotonic() - began
            await transport.close()
            return response, took

        fault, took = play(scene())

    assert fault == Fault.TIMEOUT
    assert took < 5


@pytest.mark.parametrize("url", ["http://[::", "ftp://127.0.0.1/", "/v1", ""])
def test_what_is_no_url_is_not_asked(client: Client, url: str) -> None:
    """An account's base URL is checked; a later change of the check must not end a worker."""

    async def scene() -> Response | str:
        transport = client(in_flight=1)
        response = await get(transport, url)
        await transport.close()
        return response

    assert play(scene()) == Fault.NO_REQUEST


def test_a_key_that_would_be_more_than_a_header_is_not_sent_nor_told(client: Client) -> None:
    """A line's end in it would begin a header of its own."""

    async def scene() -> tuple[Response | str, list[bytes]]:
        transport = client(in_flight=1)
        async with listening(answer) as server:
            response = await get(transport, server.url, SecretStr("sk-secret\r\nX-Evil: 1"))
            await transport.close()
            return response, server.heads

    assert play(scene()) == (Fault.NO_REQUEST, [])


@pytest.mark.parametrize(
    ("prelude", "name"),
    [("", "PyreqwestTransport"),
     ("import sys; sys.modules['pyreqwest'] = None", "HttpxTransport")],
    ids=["as installed", "without pyreqwest"],
)  # fmt: skip
def test_lemondata_is_asked_over_pyreqwest_where_there_is_one_and_over_httpx_elsewhere(
    prelude: str, name: str
) -> None:
    """There are machines for which nobody has built it."""
    script = (
        f"{prelude}\nfrom app.upstream.transport import open_transport\n"
        "print(type(open_transport(in_flight=1, proxy=None)).__name__)"
    )

    said = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert said.split()[-1] == name
    assert ("upstream.slow_client" in said) == (name == "HttpxTransport")
