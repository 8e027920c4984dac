"""Picks what to ask of one account: what this process keeps, and what nobody does, within the budget."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.access import Access
from app.accounts.budget import spare
from app.accounts.models import Account
from app.accounts.rate import allowed
from app.accounts.take import tokens
from app.clock import EPOCH
from app.db.base import as_utc
from app.poll.claim import LEASE, Claim
from app.poll.due import Lease
from app.poll.front import Front
from app.poll.held import LAST_CALL, Held
from app.poll.known import Known
from app.poll.lease import Leased, lease_due, lease_soon
from app.poll.presence import Presence
from app.poll.price import reprice
from app.poll.release import release
from app.poll.work import SOON_ENOUGH
from app.process.cipher import Cipher
from app.schedule.forecast import Book

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
class Picked:
    """What is to be asked of an account, and what that says of the next claim."""

    leased: Sequence[Leased]
    kept: Sequence[Claim]
    holds: bool  # Whether the budget was enough for all that was due.
    front: datetime  # Before it nothing of the account's is due and free any more.


def pick(
    session: Session, account: Account, by: Claiming, has_due: bool, *, room: int, now: datetime,
    since: datetime,
) -> Picked:  # fmt: skip
    """Find what to ask: what this process keeps and what nobody does, each at least half of the room.

    Where that is more than the budget, all that is due is chosen from, and this process keeps nothing.
    """
    book = by.book() if by.book else None
    if book is not None:
        reprice(session, account, book, now=now)
    budget, ripe = tokens(account, now=now), by.held.ripe(account.id)
    if ripe and (account.is_short or budget < min(ripe, room)):
        let_go(session, by, by.held.take(account.id))
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
    return Picked(leased, kept, holds, front)


def _kept(
    session: Session, account: Account, by: Claiming, *, limit: int, now: datetime
) -> list[Claim]:
    """Take what this process keeps; let go of what it does not come to, and whose lease nears its end."""
    taken = by.held.take(account.id, limit)
    kept = [claim for claim in taken if claim.until - now >= LAST_CALL]
    left = [] if len(kept) == len(taken) else [c for c in taken if c.until - now < LAST_CALL]
    if by.held.ripe(account.id) and not by.presence.is_alone:
        left += by.held.take(account.id, due_by=now - LATE)
    let_go(session, by, left)
    return kept


def let_go(session: Session, by: Claiming, claims: Sequence[Claim]) -> None:
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
