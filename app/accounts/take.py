"""Takes tokens of accounts' budgets, in the transaction that claims what they are spent on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.budget import affordable, spend
from app.accounts.models import Account
from app.accounts.rate import LONGEST_PAUSE, allowed
from app.accounts.state import AccountState
from app.accounts.usage import Usage
from app.db.base import UtcDateTime

# No canary is put off for as long as this; one that is was put off by a clock that jumped.
LONGEST_CANARY = timedelta(minutes=5)


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Work:
    """What an account may have to ask, in SQL: made once, for making takes longer than running it.

    The parameters are `now`, `since` where only what is due from then on counts, and those `ahead`.
    """

    is_waiting: ColumnElement[bool]  # Of an account: it has something to ask now.
    # The same, or something that is being asked already, from `since` on: cheaper to tell.
    is_due: ColumnElement[bool]
    is_near: ColumnElement[
        bool
    ]  # And something that it will soon ask, if not now, from `since` on.
    ahead: Mapping[str, timedelta]  # Instants so long after `now`.


class Opened(NamedTuple):
    """Accounts that may be asked, and how many there are in order that have work near."""

    accounts: Sequence[tuple[Account, bool]]  # And whether it has something to ask besides.
    among: int


def open_accounts(
    session: Session, work: Work, *, now: datetime, since: datetime,
    ripe: Sequence[int] = (), held: Sequence[int] = (),
) -> Opened:  # fmt: skip
    """Return the accounts that may be asked now and have something to ask, held until the commit.

    What was due before `since` is not looked for; `ripe` are accounts that have something to ask anyway,
    and `held` those that will soon have. Those in trouble are asked when a canary is due. Of two that
    claim at once, one waits here: that is what keeps all workers together within one budget.
    """
    parameters = {"since": since, "ripe": ripe, "held": held, **_instants(work, now)}
    rows = session.execute(_held(work), parameters).all()
    return Opened([(row[0], row[2]) for row in rows], max((row[1] for row in rows), default=0))


def has_tokens(session: Session, work: Work, *, now: datetime) -> bool:
    """Tell, by reading alone, whether an account that may be asked can afford it."""
    accounts = session.scalars(_asking(work), _instants(work, now)).all()
    return any(tokens(account, now=now) > 0 for account in accounts)


@cache
def _held(work: Work) -> Select[Account, int, bool]:
    near = select(func.count()).select_from(Account)
    is_near = or_(Account.id.in_(_ids("held")), work.is_near)
    near = near.where(Account.state == AccountState.OK, is_near).correlate(None)
    asking = _open(or_(Account.id.in_(_ids("ripe")), work.is_due))
    held = asking.add_columns(near.scalar_subquery(), work.is_due)
    held = held.with_for_update(of=Account, key_share=True)
    return held.execution_options(populate_existing=True)


@cache
def _asking(work: Work) -> Select[Account]:
    return _open(work.is_waiting)


def _ids(name: str) -> BindParameter[Sequence[int]]:
    return bindparam(name, expanding=True)


def _open(has_work: ColumnElement[bool]) -> Select[Account]:
    now, latest = (bindparam(name, type_=UtcDateTime) for name in ("now", "latest_pause"))
    is_paused = (Account.paused_until > now) & (Account.paused_until <= latest)
    return (
        select(Account)
        .where(
            Account.key.is_not(None),
            Account.state != AccountState.DISABLED,
            ~is_paused,  # A pause longer than there is was written by a clock that jumped.
            or_(
                Account.canary_at <= now,
                Account.canary_at > bindparam("latest_canary", type_=UtcDateTime),
                (Account.state == AccountState.OK) & has_work,
            ),
        )
        .order_by(Account.id)
    )


def _instants(work: Work, now: datetime) -> dict[str, datetime]:
    ahead = {"latest_pause": LONGEST_PAUSE, "latest_canary": LONGEST_CANARY, **work.ahead}
    return {"now": now, **{name: now + wait for name, wait in ahead.items()}}


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
