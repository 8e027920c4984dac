"""Claims tasks that are due, within the budget of their accounts: a lease with a fencing token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from app.accounts.access import Access, open_access
from app.accounts.models import Account
from app.accounts.state import AccountState
from app.accounts.take import count_accounts, has_tokens, open_accounts, take, take_canary, tokens
from app.process.cipher import Cipher
from app.tasks.models import Poll
from app.tasks.watch import Watch

# No wait is as long as this. A row due later, or leased for longer, was written by a clock that jumped.
FARTHEST = timedelta(hours=3)
# Accounts with tasks due by then share the room in flight.
SOON = timedelta(seconds=30)
FORCED = Poll.forced_at.is_not(None)  # Ahead of the queue.


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to ask for one task, and to write what came of it while `token` is the row's own."""

    task_id: int
    token: int
    upstream_id: str
    watch: Watch
    access: Access
    is_canary: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """The right to ask once with an account that has no task to ask for."""

    access: Access


@dataclass(frozen=True, kw_only=True, slots=True)
class Claiming:
    """What claiming goes by: for how long, and how many for one account at most."""

    cipher: Cipher
    lease: timedelta
    clock: Callable[[], datetime]
    room_of: Callable[[int, int], int]  # Of an account, among so many that have tasks.


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether anything could be claimed."""
    return has_tokens(session, has_work=_has_due(now, free=True), now=now)


def claim_due(session: Session, by: Claiming, *, now: datetime, limit: int) -> list[Claim | Probe]:
    """Claim at most `limit` tasks that are due, each account's longest due first.

    An account in trouble gets a canary when that is due, and nothing else.
    """
    claimed: list[Claim | Probe] = []
    accounts = open_accounts(session, has_work=_has_due(now, free=True), now=now)
    # Whoever holds the accounts had perhaps to wait for them.
    now = max(now, by.clock())
    due = _due(now)
    among = count_accounts(session, having=_has_due(now + SOON))
    for account in accounts:
        access = open_access(account, by.cipher, now=now)
        if access is None:
            continue
        room = min(limit - len(claimed), by.room_of(account.id, among))
        if room > 0 and take_canary(account, now=now, lease=by.lease):
            any_at_all = Poll.ended_at.is_(None) & (Poll.leased_until <= now)
            canary = _claim(session, access, any_at_all, by, now=now, limit=1, is_canary=True)
            claimed += canary or [Probe(access)]
            room -= 1
        if account.state is AccountState.OK:
            grant = min(room, tokens(account, now=now))
            found = [*_claim(session, access, due & FORCED, by, now=now, limit=grant)]
            found += _claim(session, access, due, by, now=now, limit=grant - len(found))
            take(account, len(found), now=now)
            claimed += found
    return claimed


def heal(session: Session, *, now: datetime, farthest: timedelta) -> None:
    """Make due what a clock that jumped ahead, and back, has put off beyond any wait there is."""
    for column in (Poll.due_at, Poll.leased_until):
        put_off = update(Poll).where(column > now + farthest).values({column.key: now})
        session.execute(put_off, execution_options={"synchronize_session": False})


def _due(now: datetime) -> ColumnElement[bool]:
    return (Poll.due_at <= now) & (Poll.leased_until <= now)


def _has_due(now: datetime, *, free: bool = False) -> ColumnElement[bool]:
    due = _due(now) if free else Poll.due_at <= now
    return exists().where(Poll.account_id == Account.id, due)


def _claim(
    session: Session, access: Access, wanted: ColumnElement[bool], by: Claiming, *,
    now: datetime, limit: int, is_canary: bool = False,
) -> Sequence[Claim]:  # fmt: skip
    if limit <= 0:
        return []
    due = (
        select(Poll.task_id)
        .where(Poll.account_id == access.account_id, wanted)
        .order_by(Poll.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and ignores this.
        # A CTE and not a sub-select: PostgreSQL may run a sub-select again and exceed the limit.
        .cte("due")
    )
    take_over = (
        update(Poll)
        .where(Poll.task_id.in_(select(due.c.task_id)))
        .values(leased_until=now + by.lease, token=Poll.token + 1)
        .returning(Poll)
    )
    rows = session.scalars(
        take_over, execution_options={"synchronize_session": False, "populate_existing": True}
    )
    return [
        Claim(row.task_id, row.token, row.upstream_id, row.watch, access, is_canary) for row in rows
    ]
