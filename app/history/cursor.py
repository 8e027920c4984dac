"""Cursors: a place in the history, as URL-safe text."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from app.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next page begins behind it, whatever has arrived since."""

    registered_at: datetime
    id: int

    def encode(self) -> str:
        """Write the place as text."""
        place = f"{self.registered_at.isoformat()} {self.id}"
        return urlsafe_b64encode(place.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a place that `encode` wrote, or raise InvalidInput."""
        try:
            place = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            at, _, row = place.partition(" ")
            return cls(_aware(datetime.fromisoformat(at)), _row(int(row)))
        except (NotBase64, ValueError, OverflowError):
            raise InvalidInput(
                "the cursor is not one of ours; take next_cursor as it came", pointer="?cursor"
            ) from None


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


def _row(number: int) -> int:
    if not 0 <= number < 1 << 63:
        raise ValueError("no row has this number")
    return number
