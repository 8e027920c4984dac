"""Cursors: a place in the history, as URL-safe text."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from app.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next page begins behind it, whatever has arrived since.

    `seal` says of what question the page was an answer.
    """

    at: datetime
    id: int
    seal: str

    def encode(self) -> str:
        """Write the place as text."""
        place = f"{self.at.isoformat()} {self.id} {self.seal}"
        return urlsafe_b64encode(place.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *, seal: str) -> Self:
        """Read a place that `encode` wrote, or raise InvalidInput, also where the seal is another."""
        try:
            place = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            at, row, sealed = place.split(" ")
            cursor = cls(_aware(datetime.fromisoformat(at)), _row(row), sealed)
        except (NotBase64, ValueError, OverflowError):
            raise InvalidInput(
                "the cursor is not one of ours; take next_cursor as it came", pointer="?cursor"
            ) from None
        if sealed != seal:
            raise InvalidInput(
                "the cursor comes from a list with other filters or in the other order; "
                "ask as before, or begin without a cursor",
                pointer="?cursor",
            )
        return cursor


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


def _row(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) >= 1 << 63:
        raise ValueError("no row has this number")
    return int(text)
