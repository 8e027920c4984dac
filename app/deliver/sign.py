"""Signs a webhook as Standard Webhooks 1.0 says."""

import hmac
from base64 import b64encode
from datetime import datetime
from hashlib import sha256


def signed_headers(*, event_id: str, body: bytes, key: bytes, now: datetime) -> dict[str, str]:
    """Return the three headers: the event's id, this attempt's second, and the signature over both."""
    timestamp = str(int(now.timestamp()))
    signed = b".".join((event_id.encode(), timestamp.encode(), body))
    signature = b64encode(hmac.digest(key, signed, sha256)).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
