"""Where webhooks may not go nothing connects, however the place is spelled and whoever listens there."""

import socket
from ipaddress import ip_network
from typing import Any

import pytest

from app.deliver.reply import Barred, Replied
from app.endpoints.guard import Guard
from app.outbox.states import DeliveryState
from tests.posting import LOCAL, judged, send
from tests.rude import answer, rude

ALLOWED = Guard((*LOCAL.allow, ip_network("0.0.0.0/32")), LOCAL.ports)
GOOD = answer(b"HTTP/1.1 204 No Content\r\n\r\n")
SPELLINGS = [
    "127.0.0.1", "127.1", "0", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "localhost", "LOCALHOST", "one.example",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_place_that_is_barred_is_given_up_unconnected(
    monkeypatch: pytest.MonkeyPatch, scheme: str, host: str
) -> None:
    """With its port open, so that the address alone is the reason."""
    resolve = socket.getaddrinfo

    def look_up(host: str, port: int, **kinds: Any) -> Any:
        return resolve("127.0.0.1" if host == "one.example" else host, port, **kinds)

    with rude(GOOD, hears=False) as server:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        reply = send(f"{scheme}://{host}:{server.port}/", Guard((), frozenset({443, server.port})))

        assert isinstance(reply, Barred)
        assert "is not a public address" in reply.why
        assert judged(reply)[0] is DeliveryState.GIVEN_UP
        assert server.callers == []


@pytest.mark.parametrize("host", SPELLINGS[:-1])
def test_the_same_place_is_reached_where_it_is_allowed(host: str) -> None:
    """So somebody does listen there."""
    with rude(GOOD) as server:
        reply = send(f"http://{host}:{server.port}/", ALLOWED)

        assert isinstance(reply, Replied)
        assert len(server.callers) == 1
