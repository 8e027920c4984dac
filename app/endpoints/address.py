"""Which addresses a webhook may reach: those of the public internet, and those the operator allows."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Global by Python's `is_global`, and still not the public internet: multicast, addresses that carry
# an IPv4 address within (and so reach a private one through a gateway), retired and reserved ranges,
# and one cloud's metadata service on a public address.
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "100:0:0:1::/64", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48",
        "2001::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


def is_public(address: Address) -> bool:
    """Tell whether `address` is one that anyone may reach."""
    address = _unmapped(address)
    return address.is_global and not is_within(address, _NOT_PUBLIC)


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    """Tell whether one of `networks` holds `address`, an IPv4 one written as IPv6 included."""
    address = _unmapped(address)
    return any(address.version == n.version and address in n for n in networks)


def _unmapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
