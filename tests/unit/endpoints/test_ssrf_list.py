"""However an address is spelled or named, a webhook reaches nothing that is not public."""

import socket
from typing import Any

import pytest

from app.endpoints.guard import Guard
from app.errors import InvalidInput, Unresolved

GUARD = Guard(allow=(), ports=frozenset({443}))
NAMES = {
    "localhost": ["::1", "127.0.0.1"],
    "localhost.": ["127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "foo.localhost": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "xn--80ak6aa92e.example": ["10.0.0.1"],
    "metadata": ["169.254.169.254"],
    "metadata.google.internal": ["169.254.169.254"],
    "metadata.google.internal.": ["fd20:ce::254"],
    "instance-data.ec2.internal": ["169.254.169.254"],
    "host.docker.internal": ["192.168.65.254"],
    "kubernetes.default.svc": ["10.96.0.1"],
    "last-of-many.example": ["1.1.1.1", "2606:4700:4700::1111", "8.8.8.8", "fe80::1%2"],
    "mapped-of-many.example": ["1.1.1.1", "::ffff:192.168.0.1"],
}
NUMBERS = {
    "127.0.1": "127.0.0.1",
    "127.0.0.0x1": "127.0.0.1",
    "0x7F.0.0.1": "127.0.0.1",
    "0x7f.0x0.0x0.0x1": "127.0.0.1",
    "0x000000000000000000007f000001": "127.0.0.1",
    "00000000177.0.0.1": "127.0.0.1",
    "0177.0x0.1": "127.0.0.1",
    "127.0xfffffe": "127.255.255.254",
    "0.0": "0.0.0.0",
    "0x0": "0.0.0.0",
    "00000000000": "0.0.0.0",
    "012.1": "10.0.0.1",
    "167772161": "10.0.0.1",
    "0xAC100001": "172.16.0.1",
    "192.168.257": "192.168.1.1",
    "192.11010305": "192.168.1.1",
    "0300.0250.1.1": "192.168.1.1",
    "3232235777": "192.168.1.1",
    "0xc0a80101": "192.168.1.1",
    "169.16689662": "169.254.169.254",
    "169.254.43518": "169.254.169.254",
    "0xa9.0xfe.0xa9.0xfe": "169.254.169.254",
    "0251.0376.0251.0376": "169.254.169.254",
    "0xa9fea9fe": "169.254.169.254",
    "025177524776": "169.254.169.254",
    "4294967295": "255.255.255.255",
    "0377.0377.0377.0377": "255.255.255.255",
    "3758096385": "224.0.0.1",
    "169.254.170.2": "169.254.170.2",  # ECS
    "169.254.170.23": "169.254.170.23",  # EKS
    "0x64646464": "100.100.100.100",
    "1684301000": "100.100.100.200",  # Alibaba
    "168.63.33040": "168.63.129.16",  # Azure
    "192.0.0.192": "192.0.0.192",  # Oracle
}
SIXES = {
    "0:0:0:0:0:0:0:1": "::1",
    "0000:0000:0000:0000:0000:0000:0000:0001": "::1",
    "0::0:1": "::1",
    "::0.0.0.1": "::1",
    "0:0::": "::",
    "::ffff:0:0": "::ffff:0:0",
    "::FFFF:127.0.0.1": "::ffff:7f00:1",
    "0:0:0:0:0:ffff:a9fe:a9fe": "::ffff:a9fe:a9fe",
    "::ffff:100.100.100.200": "::ffff:6464:64c8",
    "::ffff:0:a9fe:a9fe": "::ffff:0:a9fe:a9fe",
    "::a9fe:a9fe": "::a9fe:a9fe",
    "64:ff9b::169.254.169.254": "64:ff9b::a9fe:a9fe",
    "64:ff9b::1.1.1.1": "64:ff9b::101:101",
    "64:ff9b:1:fffe::a9fe:a9fe": "64:ff9b:1:fffe::a9fe:a9fe",
    "2002:a9fe:a9fe::": "2002:a9fe:a9fe::",
    "2002:c0a8:101::1": "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:5601:5601": "2001:0:4136:e378:8000:63bf:5601:5601",
    "fe80::5efe:192.168.0.1": "fe80::5efe:c0a8:1",
    "FE80::1": "fe80::1",
    "febf::1": "febf::1",
    "fe80::1%251": "fe80::1",
    "fe80::1%1": "fe80::1",
    "fe80::a9fe:a9fe%lo": "fe80::a9fe:a9fe",
    "fec0::1": "fec0::1",
    "feff::1": "feff::1",
    "fc00::": "fc00::",
    "fdff:ffff::1": "fdff:ffff::1",
    "fd00:ec2::23": "fd00:ec2::23",
    "fd00:0ec2:0:0:0:0:0:0254": "fd00:ec2::254",
    "fd20:ce::254": "fd20:ce::254",
    "fd00:c1::a9fe:a9fe": "fd00:c1::a9fe:a9fe",
    "ff01::1": "ff01::1",
    "ff05::1:3": "ff05::1:3",
    "ff3e::8000:1": "ff3e::8000:1",
    "4000::1": "4000::1",
    "1fff:ffff::1": "1fff:ffff::1",
}  # fmt: skip
NONE = [
    "256.256.256.256", "1.1.1.256", "4294967296", "0x100000000", "09.0.0.1", "127.0.0.1.1", "127..1",
    "127.0.0.1.", "1e9", "0xg", "-1", "127.0.0.-1", "0b1111111", "0o177.0.0.1", "127.0.0.1%00",
    "127%2e0%2e0%2e1", "%6cocalhost", "localhost%23", "127.0.0.1,1.1.1.1", "..", ".",
    "127.0.0.1;1.1.1.1", "1.1.1.1&127.0.0.1", "{host}", "$(hostname)", "no+such",
]  # fmt: skip


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names resolve without a network, numbers as the system reads them, and nobody is called."""
    resolve = socket.getaddrinfo

    def look_up(host: str, port: int, **kinds: Any) -> Any:
        if host in NAMES:
            return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (at, port)) for at in NAMES[host]]
        return resolve(host, port, flags=socket.AI_NUMERICHOST, **kinds)

    def call(*_: Any, **__: Any) -> Any:
        pytest.fail("a check connects to nothing")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    for way in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, way, call)


def refusal(host: str) -> str:
    """Return why the host is refused, at its own port and over TLS, so for no other reason."""
    with pytest.raises(InvalidInput) as refused:
        GUARD.check(f"https://{host}/hook")
    assert not isinstance(refused.value, Unresolved)
    return refused.value.detail


def not_public(address: str) -> str:
    return (
        f"{address} is not a public address; the operator can allow its network in "
        "LEMONWATCH_WEBHOOK_ALLOW"
    )


@pytest.mark.parametrize(("host", "address"), NUMBERS.items())
def test_a_number_is_refused_for_what_it_means(host: str, address: str) -> None:
    assert refusal(host) == not_public(address)


@pytest.mark.parametrize(("host", "address"), SIXES.items())
def test_every_notation_of_a_longer_number_is_too(host: str, address: str) -> None:
    assert refusal(f"[{host}]") == not_public(address)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_refused_for_where_it_leads(name: str) -> None:
    assert "is not a public address" in refusal(name)
    assert refusal(name.upper()) == refusal(name)


@pytest.mark.parametrize("host", NONE)
def test_what_is_neither_a_number_nor_a_name_leads_nowhere(host: str) -> None:
    """A number that is none is not mended, and no escape is read."""
    with pytest.raises(Unresolved) as refused:
        GUARD.check(f"https://{host}/hook")

    assert refused.value.detail == f"the host {host} does not resolve"
