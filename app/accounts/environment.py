"""The account `default`, as the environment describes it."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.accounts import change_account, find_account, fresh
from app.accounts.models import Account
from app.accounts.schemas import AccountChange
from app.db.insert import insert_new
from app.errors import Misconfigured
from app.process.cipher import Cipher
from app.settings import Settings

DEFAULT = "default"
SIMULATED = "simulator"
SIMULATOR_KEY = "sk-simulator"


def ensure_default_account(
    session: Session, settings: Settings, cipher: Cipher, *, now: datetime, simulated: bool = False
) -> None:
    """Make the account `default`, or bring it to what the environment says if that is news.

    Raises Misconfigured where the simulator is to be asked for what a real LemonData was asked for.

    What was changed since by an operator stays, until the environment itself changes. A process
    whose environment has no key leaves alone what another's has said.
    """
    key = settings.lemondata_api_key
    if simulated:
        _refuse_a_real_one(session, cipher)
    row = fresh(DEFAULT, base_url=settings.lemondata_base_url, key=None, rpm=settings.lemondata_rpm,
                now=now)  # fmt: skip
    insert_new(session, Account, [row], unique=[Account.name])
    account = find_account(session, DEFAULT, held=True)
    said = SIMULATED if simulated else _digest(settings)
    # The simulator may be at another port each time.
    is_known = hmac.compare_digest(said, account.environment or "") and not simulated
    if key is None or is_known:
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
    # A key is random, so that a plain hash cannot be guessed back; one under the secret key would
    # change with that, and undo what an operator has changed.
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _refuse_a_real_one(session: Session, cipher: Cipher) -> None:
    """Tasks of a real LemonData are unknown to the simulator, and would end as not found."""
    account = session.scalar(select(Account).where(Account.name == DEFAULT))
    if account is None or account.key is None:
        return
    if account.environment != SIMULATED or cipher.decrypt(account.key) != SIMULATOR_KEY:
        raise Misconfigured(
            f"Tasks here belong to the LemonData at {account.base_url}, and LEMONDATA_API_KEY is not "
            "set. Set it again; or try the simulator in another folder, by LEMONWATCH_HOME."
        )
