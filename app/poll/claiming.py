"""Claims tasks that are due, within the budget of their accounts: a lease with a fencing token.

What this process keeps from one look to the next it goes on with, and only its tokens are taken from SQL.
"""

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
from app.poll.claim import LEASE, Claim, Probe
from app.poll.front import Front
from app.poll.held import LAST_CALL, Held
from app.poll.known import Known
from app.poll.lease import Lease, Leased, lease_due, lease_soon, lease_these
from app.poll.presence import Presence
from app.poll.price import reprice
from app.poll.release import release
from app.poll.wide import read_watches
from app.poll.work import SOON_ENOUGH, WORK
from app.process.cipher import Cipher
from app.schedule.forecast import Book
from app.tasks.models import Poll

# What this process keeps and has not come to by then is for others, if there are any.
LATE = timedelta(seconds=0.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Claiming:
    """What claiming goes by: for how long, and how many for one account at most."""

    cipher: Cipher
    clock: Callable[[], datetime]
    room_of: Callable[[int, int], int]  # Of an account, among so many that have tasks.
    lease: timedelta = LEASE
    presence: Presence = field(default_factory=Presence)
    held: Held = field(default_factory=Held)
    known: Known = field(default_factory=Known)
    front: Front = field(default_factory=Front)
    # What is known of models, for a policy that goes by prices; None for one that does not.
    book: Callable[[], Book] | None = None

    # As the last claims were made with, by account.
    accesses: dict[int, Access] = field(default_factory=dict)

    def same(self, access: Access) -> Access:
        """Return the access of the last claims if it is equal: claims that are kept need no other then."""
        before = self.accesses.get(access.account_id)
        if before != access:
            self.accesses[access.account_id] = before = access
        return before

    def lease_for(self, account_id: int, now: datetime, *, limit: int) -> Lease:
        """Return what to lease of an account."""
        until, holder = now + self.lease, self.presence.id
        return Lease(account_id=account_id, now=now, until=until, limit=limit, holder=holder)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to be asked of an account, and what that says of the next claim."""

    leased: Sequence[Leased]
    kept: Sequence[Claim]
    holds: bool  # Whether the budget was enough for all that was due.
    front: datetime  # Before it nothing of the account's is due and free any more.


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
        _let_go(session, by, by.held.take_all())  # Others may have some of it already.
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
            found = _find(session, account, by, has_due, room=room, now=now, since=since)
            fronts.append(found.front)
            take(account, len(found.leased) + len(found.kept), now=now)
            access = by.same(replace(access, prices=account.prices, holds=found.holds))
            claimed += _claims(session, access, found.leased, by, until=now + by.lease)
            claimed += [c if c.access is access else c._replace(access=access) for c in found.kept]
            ripe = [one for one in ripe if one != account.id]
    # What cannot be asked now is as free as if nobody had kept it.
    for account_id in ripe:
        _let_go(session, by, by.held.take(account_id))
    by.front.move(min(fronts))
    return claimed


def _find(
    session: Session, account: Account, by: Claiming, has_due: bool, *, room: int, now: datetime,
    since: datetime,
) -> _Found:  # fmt: skip
    """Find what to ask: what this process keeps and what nobody does, each at least half of the room.

    Where that is more than the budget, all that is due is chosen from, and this process keeps nothing.
    """
    book = by.book() if by.book else None
    if book is not None:
        reprice(session, account, book, now=now)
    budget, ripe = tokens(account, now=now), by.held.ripe(account.id)
    if ripe and (account.is_short or budget < min(ripe, room)):
        _let_go(session, by, by.held.take(account.id))
        ripe, has_due = 0, True
    free = max(0, room - min(ripe, room // 2))
    affordable = free if budget >= room else budget - ripe
    is_short = affordable < free
    lease = by.lease_for(account.id, now, limit=min(free, affordable))
    lease = replace(lease, since=since, is_short=is_short)
    leased = lease_due(session, lease) if has_due else []
    kept = _kept(session, account, by, limit=max(0, room - len(leased)), now=now)
    front = now if len(leased) < lease.limit else _front(leased, is_short=is_short)
    holds = len(by.held) < by.held.most and not account.is_short
    holds = holds and not (is_short and len(leased) == lease.limit)
    if book is not None and account.is_short:
        rate = allowed(account.health, account.rpm, now=now)
        left = min(room - len(leased), spare(budget - len(leased), rate=rate))
        floor = timedelta(seconds=book.floor)
        soon = lease_soon(session, replace(lease, limit=left), ahead=SOON_ENOUGH, floor=floor)
        leased = [*leased, *soon]
    return _Found(leased, kept, holds, front)


def _kept(
    session: Session, account: Account, by: Claiming, *, limit: int, now: datetime
) -> list[Claim]:
    """Take what this process keeps; let go of what it does not come to, and whose lease nears its end."""
    taken = by.held.take(account.id, limit)
    kept = [claim for claim in taken if claim.until - now >= LAST_CALL]
    left = [] if len(kept) == len(taken) else [c for c in taken if c.until - now < LAST_CALL]
    if by.held.ripe(account.id) and not by.presence.is_alone:
        left += by.held.take(account.id, due_by=now - LATE)
    _let_go(session, by, left)
    return kept


def _let_go(session: Session, by: Claiming, claims: Sequence[Claim]) -> None:
    """Let others have these, and know them still if nobody comes."""
    if not claims:
        return
    release(session, claims)
    by.front.leave(min(claim.watch.due_at for claim in claims))
    by.known.keep((c.task_id, c.token, c.upstream_id, c.watch) for c in claims)


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
            watch = watch.but(due_at=as_utc(due_at), expected_at=as_utc(expected_at))
        claims.append(Claim(task_id, token, upstream_id, watch, access, until, is_canary))
    return claims
