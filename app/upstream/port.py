"""The port to LemonData: all that the rest of the house knows of HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import SecretStr

LARGEST_BODY = 1 << 20  # bytes; an answer with ten images is a few thousand


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One response: the names of `headers` in lower case, `body` decompressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_cut: bool = False  # Whether the body went on beyond LARGEST_BODY.


class Unanswered(Exception):
    """No response came: refused, reset, cut off, too slow. The text says which, and nothing else."""


class Transport(Protocol):
    """Sends one request at a time to LemonData, side by side with others."""

    async def get(self, url: str, *, key: SecretStr) -> Response:
        """Send `GET url` with the bearer `key`; raise Unanswered when no response comes in time."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
