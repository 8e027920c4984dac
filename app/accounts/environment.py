"""The account `default`, as the environment describes it."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.accounts import change_account, find_account, fresh
from app.accounts.models import Account
from app.accounts.schemas import AccountChange
from app.db.insert import insert_new
from app.process.cipher import Cipher
from app.settings import Settings

DEFAULT = "default"


def ensure_default_account(
    session: Session, settings: Settings, cipher: Cipher, *, now: datetime
) -> None:
    """Make the account `default`, or bring it to what the environment says if that is news.

    What was changed since by an operator stays, until the environment itself changes. A process
    whose environment has no key leaves alone what another's has said.
    """
    key = settings.lemondata_api_key
    row = fresh(DEFAULT, base_url=settings.lemondata_base_url, key=None, rpm=settings.lemondata_rpm,
                now=now)  # fmt: skip
    insert_new(session, Account, [row], unique=[Account.name])
    account = find_account(session, DEFAULT, held=True)
    said = _digest(settings)
    if key is None or hmac.compare_digest(said, account.environment or ""):
        return
    change = AccountChange(
        api_key=key, base_url=settings.lemondata_base_url, rpm=settings.lemondata_rpm
    )
    change_account(account, change, cipher, now=now)
    account.environment = said


def _digest(settings: Settings) -> str:
    """Return what tells one environment from another, and nothing of the key."""
    key = settings.lemondata_api_key
    said = [
        key.get_secret_value() if key else "",
        settings.lemondata_base_url,
        str(settings.lemondata_rpm),
    ]
    secret = settings.secret_key_text.encode()
    return hmac.new(secret, "\n".join(said).encode(), hashlib.sha256).hexdigest()
