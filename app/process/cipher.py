"""How secrets rest in SQL: encrypted with a key made from `LEMONWATCH_SECRET_KEY`.

Fernet (AES-128-CBC with HMAC-SHA256) over a key derived by HKDF (RFC 5869), so that any passphrase of
32 characters or more will do and the setting itself never touches the data.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import Misconfigured


class Cipher:
    """Encrypts short secrets, and reads back what was encrypted under this key or an earlier one."""

    def __init__(self, secret_key: str, *before: str) -> None:
        """Derive the working keys from the operator's `secret_key`, and from those `before` it."""
        self._fernet = MultiFernet([_fernet(key) for key in (secret_key, *before)])

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
                "stored under. Start again with the old key, or give it in "
                "LEMONWATCH_SECRET_KEYS_BEFORE and run `lemonwatch rekey`."
            ) from None

    def renew(self, stored: str) -> str:
        """Return `stored` under the newest key; raise Misconfigured when none of the keys fits."""
        return self.encrypt(self.decrypt(stored))


def _fernet(secret_key: str) -> Fernet:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lemonwatch secrets at rest")
    return Fernet(urlsafe_b64encode(derive.derive(secret_key.encode())))
