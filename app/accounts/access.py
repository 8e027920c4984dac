"""What it takes to ask with an account: where it is, and the key that opens it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from pydantic import SecretStr

from app.accounts.health import SLOWEST_CANARY, well_at
from app.accounts.models import Account
from app.accounts.state import AccountState, Health
from app.clock import EPOCH
from app.errors import Misconfigured
from app.process.cipher import Cipher

UNREADABLE = "its key was stored under another LEMONWATCH_SECRET_KEY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """One account as it stood when something was claimed for it."""

    account_id: int
    name: str
    base_url: str
    key: SecretStr
    epoch: int
    failures: int  # Outages in a row by then, over all of its tasks, if it was down.
    prices: Mapping[str, float] = field(default_factory=dict)  # Of a poll, by client.
    # When it last worked, if nothing was wrong with it, and its allowance as headers told.
    well_at: datetime = EPOCH
    ceiling: int | None = None
    # Whether its tasks are kept from look to look: its budget is ample, and nothing has to be chosen.
    holds: bool = False

    @classmethod
    def to(cls, account: Account, cipher: Cipher) -> Self:
        """Open `account`, which has a key."""
        return cls(
            account_id=account.id,
            name=account.name,
            base_url=account.base_url,
            key=SecretStr(cipher.decrypt(account.key) if account.key else ""),
            epoch=account.epoch,
            failures=account.failures if account.state is AccountState.DOWN else 0,
            prices=account.prices,
            well_at=well_at(account.health),
            ceiling=account.ceiling,
        )


def open_access(account: Account, cipher: Cipher, *, now: datetime) -> Access | None:
    """Return the access to `account`; where its key cannot be read, that alone is broken."""
    try:
        return Access.to(account, cipher)
    except Misconfigured:
        # Tried again, since the right key may come back with the next start.
        retry_at = now + SLOWEST_CANARY[AccountState.BROKEN]
        account.health = Health(
            state=AccountState.BROKEN, why=UNREADABLE, since=now, canary_at=retry_at
        )
        return None
