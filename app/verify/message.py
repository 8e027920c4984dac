"""A webhook as a receiver has it: its three headers, taken apart, and its body."""

import hmac
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from app.clients.webhook_secret import key_of
from app.deliver.sign import signature_of
from app.errors import InvalidInput

NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")
VERSION = "v1,"
_IN_MILLISECONDS = 100_000_000_000  # No message is signed in a second that late.


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What came."""

    id: str
    second: str  # Since 1970, as it was signed.
    signatures: tuple[str, ...]  # Base64, without their version.
    body: bytes

    @classmethod
    def of(cls, headers: Mapping[str, str], body: bytes) -> Self:
        """Take the headers apart, whatever the case of their names; raise InvalidInput with what is wrong."""
        given = {name.lower(): value.strip() for name, value in headers.items()}
        if missing := [name for name in NAMES if not given.get(name)]:
            others = sorted(name for name in given if name.startswith("svix-"))
            hint = f"; {', '.join(others)} are another sender's" if others else ""
            raise InvalidInput(f"missing: {', '.join(missing)}{hint}")
        event_id, second, signatures = (given[name] for name in NAMES)
        if not re.fullmatch("[0-9]{1,15}", second):
            raise InvalidInput("webhook-timestamp is not a whole number of seconds since 1970")
        if int(second) >= _IN_MILLISECONDS:
            raise InvalidInput("webhook-timestamp is in milliseconds; it was sent in seconds")
        found = tuple(_signatures(signatures))
        if not found:
            raise InvalidInput(
                "webhook-signature holds nothing of the form v1,<base64>: it is a list, separated by "
                "spaces, and the `v1,` belongs to each of it"
            )
        return cls(id=event_id, second=second, signatures=found, body=body)

    @property
    def at(self) -> datetime:
        """When it was signed, by the sender's clock."""
        return datetime.fromtimestamp(int(self.second), UTC)

    def is_signed(self, secret: str, body: bytes) -> bool:
        """Tell whether one of its signatures is of `body` by `secret`; raise InvalidInput as `key_of`."""
        right = signature_of(self.id, self.second, body, key=key_of(secret))
        return any(hmac.compare_digest(right, one) for one in self.signatures)


def is_signature(text: str) -> bool:
    """Tell whether `text` is base64 of an HMAC-SHA256."""
    try:
        return len(b64decode(text, validate=True)) == 32
    except (NotBase64, ValueError):
        return False


def _signatures(value: str) -> Iterator[str]:
    for one in value.split():
        if one.startswith(VERSION) and is_signature(one.removeprefix(VERSION)):
            yield one.removeprefix(VERSION)
