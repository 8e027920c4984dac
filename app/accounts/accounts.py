"""Makes accounts, finds them, and changes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.schemas import AccountChange, NewAccount
from app.accounts.state import AccountState, Health
from app.clock import EPOCH
from app.db.insert import insert_new
from app.errors import Conflict, Misconfigured, NotFound
from app.process.cipher import Cipher

NO_KEY = "it has no key"


def fresh(name: str, *, base_url: str, key: str | None, rpm: int, now: datetime) -> dict[str, Any]:
    """Return the row of a new account; `key` is encrypted."""
    health = Health(since=now) if key else Health(state=AccountState.BROKEN, why=NO_KEY, since=now)
    known = {field: getattr(health, field) for field in Health.__dataclass_fields__}
    return known | {
        "name": name, "base_url": base_url, "key": key, "rpm": rpm, "epoch": 0,
        "environment": None, "created_at": now, "spent_until": EPOCH, "minute_at": now, "used": 0,
        "used_before": 0, "requests": 0, "limits": 0, "outages": 0,
        "prices": {}, "is_short": False, "priced_at": None,
    }  # fmt: skip


def all_accounts(session: Session) -> Sequence[Account]:
    """Return every account, in the order they were made."""
    return session.scalars(select(Account).order_by(Account.id)).all()


def upstream(accounts: Sequence[Account]) -> Literal["ok", "degraded"]:
    """Tell whether every account that is to be asked can be asked, pauses aside."""
    # One that has no key yet is not in use.
    in_use = [account for account in accounts if account.key is not None]
    return "degraded" if any(account.state.is_probed for account in in_use) else "ok"


def find_account(session: Session, name: str, *, held: bool = False) -> Account:
    """Return the account of that name, locked until the commit if `held`; or raise NotFound."""
    found = select(Account).where(Account.name == name)
    account = session.scalar(found.with_for_update(key_share=True) if held else found)
    if account is None:
        raise NotFound(f"there is no account named {name}")
    return account


def add_account(session: Session, new: NewAccount, cipher: Cipher, *, now: datetime) -> Account:
    """Store a new account, or raise Conflict when there is one of its name."""
    key = cipher.encrypt(new.api_key.get_secret_value())
    row = fresh(new.name, base_url=new.base_url, key=key, rpm=new.rpm, now=now)
    if not insert_new(session, Account, [row], unique=[Account.name]):
        raise Conflict(f"there is an account named {new.name} already; change that one")
    return find_account(session, new.name)


def change_account(
    account: Account, change: AccountChange, cipher: Cipher, *, now: datetime
) -> None:
    """Write what is to change. A new key, place or state makes a fresh start: what was is no news."""
    if change.rpm is not None:
        account.rpm = change.rpm
    is_new = False
    if change.base_url not in {None, account.base_url}:
        account.base_url, is_new = str(change.base_url), True
    if change.api_key is not None and change.api_key.get_secret_value() != _key(account, cipher):
        account.key, is_new = cipher.encrypt(change.api_key.get_secret_value()), True
    wanted = change.state or account.state
    # To say "ok" of an account that is well changes nothing, and ends no pause.
    is_asked_for = change.state is not None and (change.state != account.state)
    if is_new or is_asked_for:
        _restart(account, disabled=wanted == AccountState.DISABLED, now=now)


def _key(account: Account, cipher: Cipher) -> str | None:
    try:
        return cipher.decrypt(account.key) if account.key else None
    except Misconfigured:
        return None  # Whatever it was, the new one is another.


def _restart(account: Account, *, disabled: bool, now: datetime) -> None:
    """Forget what answers have shown, since they were given to another key or at another place.

    In trouble, the account stays so until a canary, due at once, has shown that it is over.
    """
    account.epoch += 1
    if disabled:
        account.health = Health(state=AccountState.DISABLED, why="by the operator", since=now)
    elif account.key is None:
        account.health = Health(state=AccountState.BROKEN, why=NO_KEY, since=now)
    elif account.state.is_probed and account.why != NO_KEY:
        why = account.why
        account.health = Health(state=account.state, why=why, since=now, canary_at=now)
    else:
        account.health = Health(since=now)
