"""What a task's metadata is found by: each key with its value, as one number."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

WHOLE = 1e16  # From here on every float is; Python writes them with an exponent, and PostgreSQL without.


def label_of(client: int, key: str, text: str) -> int:
    """Return the number of a key with a value as text: the first 64 bits of a digest, signed.

    It holds the client too. That two of so many millions share one is less likely than a broken disk.
    """
    digest = sha256(f"{client}\0{key}\0{text}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def labels_of(client: int, metadata: Mapping[str, Any]) -> set[int]:
    """Return the numbers of all keys that hold text, a number, a boolean or null; these as JSON has them."""
    return {
        label_of(client, key, value if isinstance(value, str) else json.dumps(_stored(value)))
        for key, value in metadata.items()
        if not isinstance(value, dict | list)
    }


def _stored(value: Any) -> Any:
    """Return a number as PostgreSQL gives it back: large ones whole, and no zero below zero."""
    if not isinstance(value, float):
        return value
    return int(value) if abs(value) >= WHOLE else value + 0.0
