"""Claims tasks that are due, within the budget of their accounts: a lease with a fencing token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import Access, open_access
from app.accounts.budget import spare
from app.accounts.models import Account
from app.accounts.rate import allowed
from app.accounts.state import AccountState
from app.accounts.take import has_tokens, open_accounts, take, take_canary, tokens
from app.clock import EPOCH
from app.db.base import as_utc
from app.poll.claim import Claim, Probe
from app.poll.front import Front
from app.poll.known import Known
from app.poll.lease import Lease, Leased, lease_due, lease_soon, lease_these
from app.poll.price import reprice
from app.poll.wide import read_watches
from app.poll.work import SOON_ENOUGH, WORK
from app.process.cipher import Cipher
from app.schedule.forecast import Book
from app.tasks.models import Poll


@dataclass(frozen=True, kw_only=True, slots=True)
class Claiming:
    """What claiming goes by: for how long, and how many for one account at most."""

    cipher: Cipher
    lease: timedelta
    clock: Callable[[], datetime]
    room_of: Callable[[int, int], int]  # Of an account, among so many that have tasks.
    known: Known = field(default_factory=Known)
    front: Front = field(default_factory=Front)
    # What is known of models, for a policy that goes by prices; None for one that does not.
    book: Callable[[], Book] | None = None

    def lease_for(self, account_id: int, now: datetime, *, limit: int) -> Lease:
        """Return what to lease of an account."""
        return Lease(account_id=account_id, now=now, until=now + self.lease, limit=limit)


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether anything could be claimed."""
    return has_tokens(session, WORK, now=now)


def claim_due(session: Session, by: Claiming, *, now: datetime, limit: int) -> list[Claim | Probe]:
    """Claim at most `limit` tasks that are due: all of an account's, or those worth most.

    An account in trouble gets a canary when that is due, and nothing else.
    """
    claimed: list[Claim | Probe] = []
    since = by.front.since(now)
    accounts, among = open_accounts(session, WORK, now=now, since=since)
    fronts = [now]
    # Whoever holds the accounts had perhaps to wait for them.
    now = max(now, by.clock())
    for account in accounts:
        access = open_access(account, by.cipher, now=now)
        if access is None:
            continue
        room = min(limit - len(claimed), by.room_of(account.id, among))
        if room > 0 and take_canary(account, now=now, lease=by.lease):
            claimed.append(_canary(session, access, by, by.lease_for(account.id, now, limit=1)))
            room -= 1
        if account.state is AccountState.OK:
            leased, front = _lease(session, account, by, room=room, now=now, since=since)
            fronts.append(front)
            take(account, len(leased), now=now)
            claimed += _claims(session, replace(access, prices=account.prices), leased, by.known)
    by.front.move(min(fronts))
    return claimed


def _lease(
    session: Session, account: Account, by: Claiming, *, room: int, now: datetime, since: datetime
) -> tuple[Sequence[Leased], datetime]:
    """Lease what is due; and a little of what soon is, rather than lose part of a budget that is short.

    Returns it with the instant before which nothing of the account's is due and free any more.
    """
    book = by.book() if by.book else None
    if book is not None:
        reprice(session, account, book, now=now)
    budget = tokens(account, now=now)
    lease = replace(by.lease_for(account.id, now, limit=min(room, budget)), since=since)
    leased = lease_due(session, replace(lease, is_short=budget < room))
    front = now if len(leased) < lease.limit else _front(leased, is_short=budget < room)
    if book is None or not account.is_short:
        return leased, front
    rate = allowed(account.health, account.rpm, now=now)
    left = min(room - len(leased), spare(budget - len(leased), rate=rate))
    floor = timedelta(seconds=book.floor)
    soon = lease_soon(session, replace(lease, limit=left), ahead=SOON_ENOUGH, floor=floor)
    return [*leased, *soon], front


def _front(leased: Sequence[Leased], *, is_short: bool) -> datetime:
    """Return the front where not all that is due could be leased: the longest due of what was."""
    # Of a short budget that is not what was left; nor is it known where there was no room at all.
    return EPOCH if is_short else min((as_utc(due_at) for _, _, due_at, _ in leased), default=EPOCH)


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
    claims = _claims(session, access, leased, by.known, is_canary=True)
    return claims[0] if claims else Probe(access)


def _claims(
    session: Session, access: Access, leased: Sequence[Leased], known: Known, *,
    is_canary: bool = False,
) -> list[Claim]:  # fmt: skip
    """Add to each lease what is known of its task; what is not is read."""
    found = known.recall((task_id, token) for task_id, token, _, _ in leased)
    found |= read_watches(session, [row[0] for row in leased if row[0] not in found])
    claims = []
    for task_id, token, due_at, expected_at in leased:
        upstream_id, watch = found[task_id]
        # These two are moved by others without a claim.
        if watch.due_at != due_at or watch.expected_at != expected_at:
            watch = watch.but(due_at=as_utc(due_at), expected_at=as_utc(expected_at))
        claims.append(Claim(task_id, token, upstream_id, watch, access, is_canary))
    return claims
