"""Which addresses a webhook may reach: the public internet's, and those the operator allows."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# A table of our own, from IANA's registries of special-purpose addresses: what Python's `is_global`
# says differs between its releases, and it lets through addresses that carry a private one within.
_GLOBAL_UNICAST = ip_network("2000::/3")  # All of IPv6 that is given out; the rest is special.
_SPECIAL = tuple(
    ip_network(network)
    for network in (
        # This host, private, shared, loopback, link-local, and one cloud's metadata service.
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16/32",
        # Protocol assignments, documentation, retired relays, benchmarks, multicast, reserved.
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        # The same of IPv6, with Teredo and 6to4, which carry an IPv4 address within.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip


def is_public(address: Address) -> bool:
    """Tell whether `address` is one that anyone may reach."""
    address = _unmapped(address)
    given_out = address.version == 4 or is_within(address, [_GLOBAL_UNICAST])
    return given_out and not is_within(address, _SPECIAL)


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    """Tell whether one of `networks` holds `address`, an IPv4 one written as IPv6 included."""
    address = _unmapped(address)
    return any(address.version == n.version and address in n for n in networks)


def _unmapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
