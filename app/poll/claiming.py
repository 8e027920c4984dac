"""Claims tasks that are due, within the budget of their accounts: a lease with a fencing token.

What this process keeps from one look to the next it goes on with, and only its tokens are taken from SQL.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import Access, open_access
from app.accounts.state import AccountState
from app.accounts.take import has_tokens, open_accounts, take, take_canary
from app.db.base import as_utc
from app.poll.claim import Claim, Probe
from app.poll.due import Lease
from app.poll.lease import Leased, lease_these
from app.poll.pick import Claiming, let_go, pick
from app.poll.wide import read_watches
from app.poll.work import WORK
from app.tasks.models import Poll


def is_due(session: Session, by: Claiming, *, now: datetime) -> bool:
    """Tell whether anything could be claimed."""
    return bool(by.held.ripen(now)) or has_tokens(session, WORK, now=now)


def claim_due(session: Session, by: Claiming, *, now: datetime, limit: int) -> list[Claim | Probe]:
    """Claim at most `limit` tasks that are due: all of an account's, or those worth most.

    An account in trouble gets a canary when that is due, and nothing else. What is taken of `by.held` is
    gone from there once that is settled, after the commit.
    """
    by.held.restore()
    by.held.open()
    if not by.presence.beat(session):
        let_go(session, by, by.held.take_all())  # Others may have some of it already.
    ripe = by.held.ripen(now)
    since = by.front.since(now)
    accounts, among = open_accounts(
        session, WORK, now=now, since=since, ripe=ripe, held=by.held.accounts
    )
    # Whoever holds the accounts had perhaps to wait for them.
    fronts, now = [now], max(now, by.clock())
    claimed: list[Claim | Probe] = []
    for account, has_due in accounts:
        access = open_access(account, by.cipher, now=now)
        if access is None:
            continue
        room = min(limit - len(claimed), by.room_of(account.id, among))
        if room > 0 and take_canary(account, now=now, lease=by.lease):
            claimed.append(_canary(session, access, by, by.lease_for(account.id, now, limit=1)))
            room -= 1
        if account.state is AccountState.OK:
            found = pick(session, account, by, has_due, room=room, now=now, since=since)
            fronts.append(found.front)
            take(account, len(found.leased) + len(found.kept), now=now)
            access = by.same(replace(access, prices=account.prices, holds=found.holds))
            claimed += _claims(session, access, found.leased, by, until=now + by.lease)
            claimed += [c if c.access is access else c._replace(access=access) for c in found.kept]
            ripe = [one for one in ripe if one != account.id]
    # What cannot be asked now is as free as if nobody had kept it.
    for account_id in ripe:
        let_go(session, by, by.held.take(account_id))
    by.front.move(min(fronts))
    return claimed


def _canary(session: Session, access: Access, by: Claiming, lease: Lease) -> Claim | Probe:
    """Ask for the live task that has waited longest; where none is free, for none."""
    is_free = Poll.ended_at.is_(None) & (Poll.leased_until <= lease.now)
    longest = (
        select(Poll.task_id)
        .where(Poll.account_id == access.account_id, is_free)
        .order_by(Poll.due_at)
        .limit(1)
    )
    leased = lease_these(session, session.scalars(longest).all(), lease, is_free)
    claims = _claims(session, access, leased, by, until=lease.until, is_canary=True)
    return claims[0] if claims else Probe(access)


def _claims(
    session: Session, access: Access, leased: Sequence[Leased], by: Claiming, *, until: datetime,
    is_canary: bool = False,
) -> list[Claim]:  # fmt: skip
    """Add to each lease what is known of its task; what is not is read."""
    by.held.drop(row[0] for row in leased)
    found = by.known.recall((task_id, token) for task_id, token, _, _ in leased)
    found |= read_watches(session, [row[0] for row in leased if row[0] not in found])
    claims = []
    for task_id, token, due_at, expected_at in leased:
        upstream_id, watch = found[task_id]
        # These two are moved by others without a claim.
        if watch.due_at != due_at or watch.expected_at != expected_at:
            watch = watch._replace(due_at=as_utc(due_at), expected_at=as_utc(expected_at))
        claims.append(Claim(task_id, token, upstream_id, watch, access, until, is_canary))
    return claims
