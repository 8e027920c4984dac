"""Signs a webhook as Standard Webhooks 1.0 says."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256


def signed_headers(
    *, event_id: str, body: bytes, keys: Sequence[bytes], now: datetime
) -> dict[str, str]:
    """Return the three headers: the event's id, this attempt's second, and a signature by each key."""
    timestamp = str(int(now.timestamp()))
    signatures = [f"v1,{signature_of(event_id, timestamp, body, key=key)}" for key in keys]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def signature_of(event_id: str, timestamp: str, body: bytes, *, key: bytes) -> str:
    """Return the signature, in base64: HMAC-SHA256 over the id, the second and the body."""
    signed = b".".join((event_id.encode(), timestamp.encode(), body))
    return b64encode(hmac.digest(key, signed, sha256)).decode()
