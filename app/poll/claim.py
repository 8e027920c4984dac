"""Claims tasks that are due, within the budget of their accounts: a lease with a fencing token."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.access import Access, open_access
from app.accounts.budget import BURST, spare
from app.accounts.models import Account
from app.accounts.rate import allowed
from app.accounts.state import AccountState
from app.accounts.take import Work, has_tokens, open_accounts, take, take_canary, tokens
from app.clock import EPOCH
from app.db.base import UtcDateTime, as_utc
from app.poll.front import Front
from app.poll.known import Known
from app.poll.lease import IS_DUE, Lease, Leased, lease_due, lease_soon, lease_these
from app.poll.price import reprice
from app.poll.wide import read_watches
from app.process.cipher import Cipher
from app.schedule.forecast import Book
from app.schedule.price import EARLY
from app.tasks.models import Poll
from app.tasks.watch import Watch

# No wait is as long as this. A row due later, or leased for longer, was written by a clock that jumped.
FARTHEST = timedelta(hours=3)
# Accounts with tasks due by then share the room in flight.
SOON = timedelta(seconds=30)
SOON_ENOUGH = timedelta(seconds=EARLY)


class Claim(NamedTuple):
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


def heal(session: Session, *, now: datetime, farthest: timedelta) -> None:
    """Make due what a clock that jumped ahead, and back, has put off beyond any wait there is."""
    for column in (Poll.due_at, Poll.leased_until):
        put_off = update(Poll).where(column > now + farthest).values({column.key: now})
        session.execute(put_off, execution_options={"synchronize_session": False})


def _has_due(*wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    # Not EXISTS, of which PostgreSQL makes a join that may read the whole table; this is looked up by
    # the index, once for each account.
    first = select(Poll.task_id).where(Poll.account_id == Account.id, *wanted).correlate(Account)
    return first.order_by(Poll.due_at).limit(1).scalar_subquery().is_not(None)


def _instant(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime)


# Something that is due; and where a short budget is about to be lost, something that soon is.
_IS_LOSING = Account.is_short & (Account.spent_until <= _instant("half_spent"))
_IS_SOON_ENOUGH = Poll.due_at <= _instant("soon_enough")
_IS_PAST_FRONT = Poll.due_at >= _instant("since")
WORK = Work(
    is_waiting=or_(_has_due(IS_DUE), _IS_LOSING & _has_due(_IS_SOON_ENOUGH)),
    is_due=or_(
        _has_due(Poll.due_at <= _instant("now"), _IS_PAST_FRONT),
        _IS_LOSING & _has_due(_IS_SOON_ENOUGH, _IS_PAST_FRONT),
    ),
    is_near=_has_due(Poll.due_at <= _instant("soon"), _IS_PAST_FRONT),
    ahead={"soon": SOON, "soon_enough": SOON_ENOUGH, "half_spent": BURST / 2},
)


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
