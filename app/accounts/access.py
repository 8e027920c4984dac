"""What it takes to ask with an account: where it is, and the key that opens it."""

from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

from app.accounts.models import Account
from app.process.cipher import Cipher


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """One account as it stood when something was claimed for it."""

    account_id: int
    name: str
    base_url: str
    key: SecretStr
    epoch: int
    failures: int  # Outages in a row by then, over all of its tasks.

    @classmethod
    def to(cls, account: Account, cipher: Cipher) -> Self:
        """Open `account`, which has a key."""
        return cls(
            account_id=account.id,
            name=account.name,
            base_url=account.base_url,
            key=SecretStr(cipher.decrypt(account.key) if account.key else ""),
            epoch=account.epoch,
            failures=account.failures,
        )
