"""A webhook goes to a public address over https, or where the operator allows it."""

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from app.endpoints.guard import Guard, Place
from app.errors import InvalidInput

PUBLIC = Guard(allow=(), ports=frozenset({443, 8443}))
NAMES = {
    "example.com": ["93.184.216.34", "2606:2800:220:1::1"],
    "twice.example": ["93.184.216.34", "93.184.216.34"],
    "inner.example": ["10.0.0.7"],
    "mixed.example": ["93.184.216.34", "10.0.0.7"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "scoped.example": ["fe80::1%eth0"],
}


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that resolve without a network; numbers are read as the system reads them."""
    resolve = socket.getaddrinfo

    def look_up(host: str, port: int, **kinds: Any) -> Any:
        if host in NAMES:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, port)) for at in NAMES[host]]
        return resolve(host, port, flags=socket.AI_NUMERICHOST, **kinds)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def refusal(url: str) -> str:
    with pytest.raises(InvalidInput) as refused:
        PUBLIC.check(url)
    return refused.value.detail


def test_a_url_leads_to_every_address_of_its_host() -> None:
    place = PUBLIC.check("https://Example.com/hook?a=1")

    addresses = (ip_address("93.184.216.34"), ip_address("2606:2800:220:1::1"))
    assert place == Place("https", "example.com", 443, "/hook?a=1", addresses)


def test_an_address_that_a_host_has_twice_is_one() -> None:
    assert PUBLIC.check("https://twice.example/").addresses == (ip_address("93.184.216.34"),)


@pytest.mark.parametrize("host", ["mixed.example", "inner.example", "mapped.example"])
def test_every_address_of_a_host_must_be_public(host: str) -> None:
    assert "is not a public address" in refusal(f"https://{host}/hook")


def test_an_allowed_address_does_not_vouch_for_the_others_of_its_host() -> None:
    inner = Guard(allow=(ip_network("10.0.0.0/8"),), ports=frozenset({443}))

    with pytest.raises(InvalidInput, match="use https"):
        inner.check("http://mixed.example/hook")


def test_an_address_with_a_scope_is_judged_without_it() -> None:
    assert "fe80::1 is not a public address" in refusal("https://scoped.example/")


def test_a_host_that_does_not_resolve_is_refused() -> None:
    assert refusal("https://nowhere.example/") == "the host nowhere.example does not resolve"


@pytest.mark.parametrize("host", ["a..b", ".example.com", "x" * 64 + ".example", "%31.0.0.1"])
def test_a_host_that_is_no_name_does_not_resolve(host: str) -> None:
    assert refusal(f"https://{host}/") == f"the host {host} does not resolve"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fd00:ec2::254]",
        "169.254.169.254", "2852039166", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]",
    ],
)  # fmt: skip
def test_a_number_is_judged_by_the_address_it_means(host: str) -> None:
    assert "is not a public address" in refusal(f"https://{host}/hook")


def test_plain_http_is_refused_elsewhere() -> None:
    assert refusal("http://example.com/").startswith("use https")


def test_the_configured_ports_are_open() -> None:
    assert PUBLIC.check("https://example.com:8443/").port == 8443


@pytest.mark.parametrize("port", [22, 80, 442, 8080])
def test_another_port_is_refused(port: int) -> None:
    assert f"port {port} is not among" in refusal(f"https://example.com:{port}/")
