"""Takes tokens of accounts' budgets, in the transaction that claims what they are spent on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.budget import affordable, spend
from app.accounts.models import Account
from app.accounts.rate import LONGEST_PAUSE, allowed
from app.accounts.state import AccountState
from app.accounts.usage import Usage

# No canary is put off for as long as this; one that is was put off by a clock that jumped.
LONGEST_CANARY = timedelta(minutes=5)


def open_accounts(
    session: Session, *, has_work: ColumnElement[bool], now: datetime
) -> Sequence[Account]:
    """Return the accounts that may be asked now and have something to ask, held until the commit.

    Those in trouble are asked when a canary is due. Of two that claim at once, one waits here: that
    is what keeps all workers together within one budget.
    """
    held = _open(has_work, now).with_for_update(of=Account, key_share=True)
    return session.scalars(held, execution_options={"populate_existing": True}).all()


def has_tokens(session: Session, *, has_work: ColumnElement[bool], now: datetime) -> bool:
    """Tell, by reading alone, whether an account that may be asked can afford it."""
    accounts = session.scalars(_open(has_work, now))
    return any(tokens(account, now=now) > 0 for account in accounts)


def _open(has_work: ColumnElement[bool], now: datetime) -> Select[Account]:
    is_paused = (Account.paused_until > now) & (Account.paused_until <= now + LONGEST_PAUSE)
    return (
        select(Account)
        .where(
            Account.key.is_not(None),
            Account.state != AccountState.DISABLED,
            ~is_paused,  # A pause longer than there is was written by a clock that jumped.
            or_(
                Account.canary_at <= now,
                Account.canary_at > now + LONGEST_CANARY,
                (Account.state == AccountState.OK) & has_work,
            ),
        )
        .order_by(Account.id)
    )


def count_accounts(session: Session, *, having: ColumnElement[bool]) -> int:
    """Return how many accounts are in order and have what `having` says."""
    counted = select(func.count()).where(Account.state == AccountState.OK, having)
    return session.execute(counted).scalar_one()


def tokens(account: Account, *, now: datetime) -> int:
    """Return how many requests the account may start now."""
    rate = allowed(account.health, account.rpm, now=now)
    return affordable(account.spent_until, rate=rate, now=now)


def take(account: Account, count: int, *, now: datetime) -> None:
    """Spend `count` tokens of the account, and count them."""
    rate = allowed(account.health, account.rpm, now=now)
    account.spent_until = spend(account.spent_until, count, rate=rate, now=now)
    usage = usage_of(account).plus(count, now=now)
    account.minute_at, account.used = usage.minute_at, usage.used
    account.used_before = usage.used_before
    account.requests += count


def take_canary(account: Account, *, now: datetime, lease: timedelta) -> bool:
    """Take the token of a canary if one is due and affordable; no other is sent within the `lease`."""
    if account.canary_at is None or tokens(account, now=now) < 1:
        return False
    if now < account.canary_at <= now + LONGEST_CANARY:
        return False
    # What was only a test is done with; an account in trouble is looked at again, come what may.
    account.canary_at = now + lease if account.state.is_probed else None
    take(account, 1, now=now)
    return True


def usage_of(account: Account) -> Usage:
    """Return what the account's row says of its use."""
    return Usage(minute_at=account.minute_at, used=account.used, used_before=account.used_before)
