"""How secrets rest in SQL: encrypted with a key made from `LEMONWATCH_SECRET_KEY`.

Fernet (AES-128-CBC with HMAC-SHA256) over a key derived by HKDF (RFC 5869), so that any passphrase of
32 characters or more will do and the setting itself never touches the data.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import Misconfigured


class Cipher:
    """Encrypts short secrets, and reads back what was encrypted under the same key."""

    def __init__(self, secret_key: str) -> None:
        """Derive the working key from the operator's `secret_key`."""
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lemonwatch secrets at rest")
        self._fernet = Fernet(urlsafe_b64encode(derive.derive(secret_key.encode())))

    def encrypt(self, secret: str) -> str:
        """Return `secret` as text that is safe to store."""
        return self._fernet.encrypt(secret.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """Return the secret behind `stored`, or raise Misconfigured when the key is another."""
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except InvalidToken:
            raise Misconfigured(
                "A stored secret cannot be read: LEMONWATCH_SECRET_KEY is not the one it was "
                "stored under. Start again with the old key."
            ) from None
