"""LemonData is asked only where its certificate is good, and a proxy only for what was said."""

import asyncio
import ssl
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.upstream.port import Fault, Response
from tests.authority import DAY, Authority
from tests.listening import LIVE, Client, answer, get, listening, play


def ask(client: Client, tls: ssl.SSLContext, roots: str | None) -> tuple[Response | str, int]:
    """Ask a server at localhost over TLS, and tell how many requests it saw."""

    async def scene() -> tuple[Response | str, int]:
        transport = client(in_flight=1, roots=roots)
        async with listening(answer, tls) as server:
            response = await get(transport, f"https://localhost:{server.port}/")
            await transport.close()
            return response, len(server.heads)

    return play(scene())


def test_a_server_whose_certificate_is_good_is_asked_over_tls(
    client: Client, tmp_path: Path
) -> None:
    """Signed by one whom we trust, for the name that we asked for."""
    authority = Authority()

    response, requests = ask(client, authority.server("localhost", tmp_path), authority.pem)

    assert isinstance(response, Response)
    assert (response.body, requests) == (LIVE, 1)


@pytest.mark.parametrize("fault", ["a stranger's", "another name's", "too old"])
def test_a_server_whose_certificate_is_not_good_never_sees_the_key(
    client: Client, tmp_path: Path, fault: str
) -> None:
    """It is no connection at all."""
    authority = Authority()
    name = "lemondata.example" if fault == "another name's" else "localhost"
    tls = authority.server(name, tmp_path, ends=-DAY if fault == "too old" else DAY)

    heard = ask(client, tls, None if fault == "a stranger's" else authority.pem)

    assert heard == (Fault.NO_CONNECTION, 0)


def test_a_proxy_sees_of_a_request_over_tls_no_more_than_where_it_goes(client: Client) -> None:
    """The key is for LemonData; the proxy is given what its own URL says."""

    async def refuse(line: asyncio.Transport) -> None:
        line.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        line.close()

    async def scene() -> tuple[Response | str, list[bytes]]:
        async with listening(refuse) as server:
            proxy = SecretStr(f"http://lemon:tree@127.0.0.1:{server.port}")
            transport = client(in_flight=1, proxy=proxy)
            response = await get(transport, "https://lemondata.invalid/v1")
            await transport.close()
            return response, server.heads

    fault, (head,) = play(scene())

    assert fault == Fault.NO_CONNECTION
    assert head.startswith(b"CONNECT lemondata.invalid:443 HTTP/1.1\r\n")
    assert b"basic bgvtb246dhjlzq==" in head.lower()
    assert b"sk-secret" not in head
