"""Keeps webhooks from reaching what their author could not reach: checked at creation and at each send."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import SplitResult, urlsplit

from app.endpoints.address import Address, Network, is_public, is_within
from app.errors import InvalidInput, Unresolved
from app.settings import Settings

_PORTS = {"https": 443, "http": 80}
LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: what to connect to is one of `addresses`, and no other."""

    scheme: str
    host: str
    port: int
    target: str  # Path and query.
    addresses: tuple[Address, ...]

    @property
    def host_header(self) -> str:
        """What the receiver is called, as the Host header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Guard:
    """https to public addresses on the usual ports; anything to the networks in `allow`."""

    allow: tuple[Network, ...]
    ports: frozenset[int]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Guard as the settings say."""
        return cls(allow=settings.webhook_allow, ports=settings.webhook_ports)

    def check_input(self, url: str, *, pointer: str) -> None:
        """Raise InvalidInput, pointing to where `url` came in, if it cannot be sent to."""
        try:
            self.check(url)
        except InvalidInput as error:
            raise InvalidInput(error.detail, pointer=pointer) from None

    def check(self, url: str) -> Place:
        """Resolve `url` and return where it leads, or raise InvalidInput with the reason.

        Raises Unresolved, which is one, when the host has no address now.
        """
        parts, port = _split(url)
        try:
            found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            found = []
        return self._place(parts, port, (ip_address(str(f[4][0]).partition("%")[0]) for f in found))

    def _place(self, parts: SplitResult, port: int, found: Iterable[Address]) -> Place:
        host = str(parts.hostname)
        addresses = tuple(dict.fromkeys(found))
        if not addresses:
            raise Unresolved(f"the host {host} does not resolve")
        for address in addresses:
            self._admit(address, parts.scheme, port)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Place(parts.scheme, host, port, target, addresses)

    def _admit(self, address: Address, scheme: str, port: int) -> None:
        if is_within(address, self.allow):
            return
        if not is_public(address):
            raise InvalidInput(
                f"{address} is not a public address; the operator can allow its network in "
                "LEMONWATCH_WEBHOOK_ALLOW"
            )
        if scheme != "https":
            raise InvalidInput("use https: plain http is for networks in LEMONWATCH_WEBHOOK_ALLOW")
        if port not in self.ports:
            raise InvalidInput(f"port {port} is not among LEMONWATCH_WEBHOOK_PORTS")


def _split(url: str) -> tuple[SplitResult, int]:
    """Take `url` apart, and refuse what could be read in two ways."""
    if len(url) > LONGEST_URL or not url.isascii() or any(c <= " " or c in "\\\x7f" for c in url):
        raise InvalidInput(f"a URL is at most {LONGEST_URL} ASCII characters without spaces")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput("this is not a URL") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise InvalidInput("give a URL such as https://example.com/hook")
    if "@" in parts.netloc or parts.fragment:
        raise InvalidInput("a URL must hold neither credentials nor a fragment")
    # Python passes over what stands beside an address in brackets, and takes a name within them.
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.netloc.lower().removeprefix(host.lower())[:1] not in {"", ":"}:
        raise InvalidInput("this is not a URL")
    return parts, port or _PORTS[parts.scheme]
