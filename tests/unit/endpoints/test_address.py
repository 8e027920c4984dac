"""Which addresses are public, row by row."""

from ipaddress import ip_address, ip_network

import pytest

from app.endpoints.address import is_public, is_within

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "9.255.255.255", "11.0.0.0", "100.63.255.255",
    "100.128.0.0", "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.88.98.255",
    "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1",
    "2003::1", "3ffe:ffff::1", "::ffff:8.8.8.8",
]  # fmt: skip
NOT_PUBLIC = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "this network",
    "10.0.0.1": "private",
    "100.64.0.1": "carrier NAT",
    "100.100.100.200": "a cloud's metadata",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "a cloud's metadata",
    "169.254.0.1": "link-local",
    "169.254.169.254": "a cloud's metadata",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.1": "protocol assignments",
    "192.0.0.8": "the dummy address, global by some Pythons",
    "192.0.0.255": "protocol assignments, global by some Pythons",
    "100:0:0:1::1": "the dummy prefix",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay, retired",
    "192.168.0.1": "private",
    "198.18.0.1": "benchmarks",
    "198.19.255.255": "benchmarks",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::127.0.0.1": "IPv4 within",
    "::8.8.8.8": "IPv4 within, though public",
    "::ffff:127.0.0.1": "IPv4 within",
    "::ffff:10.0.0.1": "IPv4 within",
    "::ffff:169.254.169.254": "IPv4 within",
    "::ffff:0:127.0.0.1": "IPv4 translated",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b:1::7f00:1": "NAT64, local",
    "100::1": "discard",
    "2001::1": "Teredo",
    "2001:2::1": "benchmarks",
    "2001:10::1": "ORCHID",
    "2001:20::1": "ORCHIDv2",
    "2001:db8::1": "documentation",
    "2002:7f00:1::1": "6to4",
    "2002:a00:1::1": "6to4",
    "3fff::1": "documentation",
    "5f00::1": "segment routing",
    "fc00::1": "unique local",
    "fd00:ec2::254": "a cloud's metadata",
    "fe80::1": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    "ff0e::1": "multicast",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", NOT_PUBLIC, ids=[f"{address} {why}" for address, why in NOT_PUBLIC.items()]
)
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("address", "network", "within"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("::1", "::1/128", True),
        ("::1", "0.0.0.0/0", False),
        ("10.1.2.3", "::/0", False),
        ("fd00::1", "fd00::/8", True),
    ],
)
def test_an_address_is_within_a_network_of_its_own_kind(
    address: str, network: str, within: bool
) -> None:
    assert is_within(ip_address(address), [ip_network(network)]) is within


def test_an_address_is_within_none_of_no_networks() -> None:
    assert not is_within(ip_address("10.0.0.1"), [])
