"""Writes what answers have shown of accounts: one transaction, with what they have shown of tasks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.accounts.access import Access
from app.accounts.health import Failed, Limited, Signal, after
from app.accounts.models import Account
from app.accounts.state import AccountState, Health
from app.accounts.take import usage_of

_THESE = select(Account).where(Account.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Told:
    """A signal, and the access it was asked with."""

    access: Access
    signal: Signal


@dataclass(frozen=True, slots=True)
class Change:
    """An account that is not in the state it was in."""

    account: Account
    was: AccountState


def hear(session: Session, told: Sequence[Told]) -> list[Change]:
    """Bring the health of accounts up to what was told; return those whose state changed.

    Most answers change nothing: only accounts whose health they move are locked and written.
    """
    ids = {one.access.account_id for one in told}
    accounts = session.scalars(_THESE, {"ids": list(ids)}).all()
    moved = [account.id for account in accounts if _fold(account, told) != account.health]
    if not moved:
        return []
    held = _THESE.order_by(Account.id).with_for_update(key_share=True)
    options = {"populate_existing": True}
    rows = session.scalars(held, {"ids": moved}, execution_options=options)
    changes = [_write(account, told) for account in rows]
    session.flush()
    return [change for change in changes if change.account.state != change.was]


def _write(account: Account, told: Sequence[Told]) -> Change:
    was, news = account.state, [one.signal.news for one in _about(account, told)]
    account.limits += sum(isinstance(one, Limited) for one in news)
    account.outages += sum(isinstance(one, Failed) for one in news)
    account.health = _fold(account, told)
    return Change(account, was)


def _fold(account: Account, told: Sequence[Told]) -> Health:
    health, usage = account.health, usage_of(account)
    for one in _about(account, told):
        signal = replace(one.signal, used=usage.lately(one.signal.at))
        health = after(health, signal, rpm=account.rpm)
    return health


def _about(account: Account, told: Sequence[Told]) -> list[Told]:
    """Select what was asked with the account as it is; with another key it says nothing of this one."""
    return [
        one
        for one in told
        if (one.access.account_id, one.access.epoch) == (account.id, account.epoch)
    ]
