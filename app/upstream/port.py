"""The port to LemonData: all that the rest of the house knows of HTTP."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from pydantic import SecretStr

LARGEST_BODY = 1 << 20  # bytes; an answer with ten images is a few thousand
_NONE: Mapping[str, str] = MappingProxyType({})


class Response(NamedTuple):
    """One response: the names of `headers` in lower case, `body` decompressed."""

    status: int
    headers: Mapping[str, str] = _NONE
    body: bytes = b""
    is_cut: bool = False  # Whether the body went on beyond LARGEST_BODY.


class Fault(StrEnum):
    """Why there is no response, in the same words whichever client asks."""

    TIMEOUT = "timeout"
    NO_CONNECTION = "no connection"  # Nobody there, or a certificate that is not theirs.
    BROKEN = "broken off"  # Reset, ended before its end, or no HTTP.
    NO_REQUEST = "no request"  # The URL or the key could not be sent.


class Unanswered(Exception):
    """No response came. The text is a fault and nothing else: never a URL, a header or a key."""


class Transport(Protocol):
    """Sends one request at a time to LemonData, side by side with others."""

    async def get(self, url: str, *, key: SecretStr) -> Response:
        """Send `GET url` with the bearer `key`; raise Unanswered when no response comes in time."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
