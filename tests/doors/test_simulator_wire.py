"""What the simulator does to connections, as a client sees it over a real one."""

import json
import socket
from collections.abc import Iterator
from time import monotonic

import httpx
import pytest

from tests.doors.simulated import KEY, be, create, on_a_socket


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with on_a_socket() as client:
        yield client


@pytest.fixture
def path(client: httpx.Client) -> Iterator[str]:
    """The path of a task; afterwards the simulator is calm again."""
    yield create(client)["poll_url"]
    be(client)


def test_a_reset_connection_is_a_read_error(client: httpx.Client, path: str) -> None:
    """The kernel says so too: no orderly end, and not a byte before it."""
    be(client, resets=1)

    with pytest.raises(httpx.ReadError, match="reset by peer"):
        client.get(path)


def test_a_reset_is_one_on_the_wire(client: httpx.Client, path: str) -> None:
    """Also for a client that speaks plainly to the socket."""
    be(client, resets=1)

    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as plain:
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n"
        plain.sendall(request.encode())
        with pytest.raises(ConnectionResetError):
            plain.recv(1)


def test_a_cut_answer_ends_before_its_declared_length(client: httpx.Client, path: str) -> None:
    """Its status is 200, and half its body comes."""
    be(client, cut=1)

    received = b""
    with client.stream("GET", path) as answer, pytest.raises(httpx.RemoteProtocolError):
        for chunk in answer.iter_bytes():
            received += chunk

    assert answer.status_code == 200
    assert 0 < len(received) < int(answer.headers["Content-Length"])


def test_a_truncated_answer_is_whole_for_http_and_broken_for_json(
    client: httpx.Client, path: str
) -> None:
    """So only who parses it finds out."""
    be(client, truncated=1)

    answer = client.get(path)

    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_an_enormous_answer_is_right_and_long(client: httpx.Client, path: str) -> None:
    """JSON allows spaces after it."""
    be(client, enormous=1, enormous_bytes=3_000_000)

    answer = client.get(path)

    assert len(answer.content) == int(answer.headers["Content-Length"]) > 3_000_000
    assert answer.json()["status"] == "pending"


def test_a_dripping_answer_comes_a_byte_at_a_time(client: httpx.Client, path: str) -> None:
    """It takes as long as was asked for, and is right in the end."""
    be(client, drips=1, drip_for=1)
    start = monotonic()

    with client.stream("GET", path) as answer:
        chunks = list(answer.iter_raw())

    assert monotonic() - start >= 1
    assert len(chunks) > 50
    assert json.loads(b"".join(chunks))["status"] == "pending"


def test_a_drip_lasts_longer_than_lemonwatch_waits(client: httpx.Client) -> None:
    """Unless told otherwise."""
    assert client.get("/moods").json()["drip_for"] > 10


def test_a_broken_connection_breaks_no_other(client: httpx.Client, path: str) -> None:
    """The next question is answered."""
    be(client, resets=1)
    with pytest.raises(httpx.ReadError):
        client.get(path)
    be(client)

    assert client.get(path).status_code == 200


def test_an_answer_has_one_date(client: httpx.Client, path: str) -> None:
    """The simulator's own, which may run ahead."""
    assert len(client.get(path).headers.get_list("Date")) == 1


def test_requests_for_one_task_at_once_are_counted() -> None:
    """Until the last byte is sent, a request is under way."""
    with (
        on_a_socket() as client,
        httpx.Client(base_url=client.base_url, headers=client.headers) as other,
    ):
        path = create(client)["poll_url"]
        be(client, drips=1, drip_for=0.5)
        with client.stream("GET", path):
            be(other)
            other.get(path)
        (row,) = other.get("/report").json()["tasks"]

    assert (row["polls"], row["most_at_once"]) == (2, 2)
