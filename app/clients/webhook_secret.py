"""Webhook secrets as Standard Webhooks 1.0 writes them: `whsec_` and base64 of 24 to 64 bytes."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from secrets import token_bytes

from app.errors import InvalidInput

PREFIX = "whsec_"
PATTERN = (
    "^whsec_(([A-Za-z0-9+/]{4}){8,20}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    "|([A-Za-z0-9+/]{4}){21}([A-Za-z0-9+/]{2}==)?)$"
)
FORM = "must be whsec_ followed by base64 of 24 to 64 bytes"


def make_webhook_secret() -> str:
    """Return a new secret of 32 random bytes."""
    return PREFIX + b64encode(token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Return the bytes that sign; raise InvalidInput when `secret` is not of the form."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (NotBase64, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise InvalidInput(f"webhook_secret {FORM}", pointer="/webhook_secret")
    return key


def is_webhook_secret(text: str) -> bool:
    """Tell whether `text` is of the form."""
    try:
        key_of(text)
    except InvalidInput:
        return False
    return True
