"""Takes the leases of a claim: one statement, and more only where a short budget has to be spent well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Update,
    bindparam,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.base import UtcDateTime
from app.poll.wide import IDS, as_given
from app.schedule.choice import Candidate, choose
from app.tasks.models import Poll

# Looked at to choose from, for each client, in units of what can be claimed: the longest due.
CANDIDATES = 2
_NOW, _UNTIL = bindparam("now", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)
_HOLDER = bindparam("holder", type_=BigInteger)
_LIMIT: ColumnElement[int] = bindparam("limit", type_=Integer)
_IS_OURS = Poll.account_id == bindparam("of_account", type_=Integer)
# Found by the first, which an index has; whether it is so, the others say.
IS_DUE = (Poll.claimable_at <= _NOW) & (Poll.due_at <= _NOW) & (Poll.leased_until <= _NOW)
_IS_PAST_FRONT = Poll.claimable_at >= bindparam("since", type_=UtcDateTime)

# The task, the token, when it was due, and when it was expected.
Leased = tuple[int, int, datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """For which account, from when until when, and how many at most."""

    account_id: int
    now: datetime
    until: datetime
    limit: int
    holder: int  # Who takes it.
    is_short: bool = False  # Whether it is the budget that sets the limit, and not the room.
    since: datetime = (
        EPOCH  # What was due before this is not looked for, unless the budget is short.
    )


def lease_due(session: Session, lease: Lease) -> Sequence[Leased]:
    """Lease what is due: all of it, or where that is too much, what is worth most.

    What waits for room alone is asked for in a moment, so of that the longest due is taken.
    """
    if lease.limit <= 0:
        return []
    on_postgres = session.get_bind().dialect.name == "postgresql"
    due = (_all_due if lease.is_short else _longest_due)(on_postgres=on_postgres)
    taken: Sequence[Any] = session.connection().execute(due, _parameters(lease)).all()
    if taken or not lease.is_short:
        return taken
    return lease_these(session, _chosen(session, lease), lease, IS_DUE)


def lease_soon(
    session: Session, lease: Lease, *, ahead: timedelta, floor: timedelta
) -> Sequence[Leased]:
    """Lease those that fall due first within `ahead`, and were not looked at for `floor`."""
    if lease.limit <= 0:
        return []
    now = lease.now
    since = func.coalesce(Poll.seen_at, Poll.started_at, type_=UtcDateTime)
    is_soon = (
        (Poll.claimable_at <= now + ahead)
        & (Poll.due_at > now)
        & (Poll.due_at <= now + ahead)
        & (since <= now - floor)
    )
    is_free = (Poll.leased_until <= now) & Poll.ended_at.is_(None)
    soonest = select(Poll.task_id).where(Poll.account_id == lease.account_id, is_soon, is_free)
    ids = session.scalars(soonest.order_by(Poll.claimable_at).limit(lease.limit)).all()
    return lease_these(session, ids, lease, is_free)


def lease_these(
    session: Session, ids: Sequence[int], lease: Lease, wanted: ColumnElement[bool]
) -> Sequence[Leased]:
    """Lease these tasks, as far as they are as `wanted` still."""
    if not ids:
        return []
    on_postgres = session.get_bind().dialect.name == "postgresql"
    given = IDS.table(on_postgres=on_postgres)
    is_given = IDS.has("task_id", Poll.task_id, on_postgres=on_postgres)
    these = _take().where(Poll.task_id == given.c.task_id, is_given, _IS_OURS, wanted)
    parameters = IDS.bind([ids], on_postgres=on_postgres) | _parameters(lease)
    taken: Sequence[Any] = session.connection().execute(these, parameters).all()
    return taken


def _parameters(lease: Lease) -> dict[str, Any]:
    return {
        "of_account": lease.account_id,
        "now": lease.now,
        "until": lease.until,
        "limit": lease.limit,
        "holder": lease.holder,
        "since": lease.since,
    }


@cache
def _all_due(*, on_postgres: bool) -> Update:
    """Return the statement that leases all that is due, or nothing if it is more than the limit."""
    # One more than may be leased, and it is known that there is too much.
    due = _oldest(IS_DUE, _IS_PAST_FRONT, limit=_LIMIT + 1).cte("due")
    fits = select(func.count()).select_from(due).scalar_subquery() <= _LIMIT
    return _take_from(due, on_postgres=on_postgres).where(fits)


@cache
def _longest_due(*, on_postgres: bool) -> Update:
    """Return the statement that leases what was asked for, and then what is longest due."""
    forced = _oldest(IS_DUE, Poll.forced_at.is_not(None), limit=_LIMIT).cte("forced")
    others = _oldest(IS_DUE, _IS_PAST_FRONT, Poll.forced_at.is_(None), limit=_LIMIT).cte("others")
    both = union_all(
        select(forced.c.task_id, forced.c.due_at, literal(0).label("place")),
        select(others.c.task_id, others.c.due_at, literal(1).label("place")),
    ).subquery()
    due = select(both.c.task_id).order_by(both.c.place, both.c.due_at).limit(_LIMIT).cte("due")
    return _take_from(due, on_postgres=on_postgres)


def _oldest(*wanted: ColumnElement[bool], limit: ColumnElement[int]) -> Select[int, datetime]:
    found = select(Poll.task_id, Poll.due_at).where(_IS_OURS, *wanted)
    return found.order_by(Poll.claimable_at).limit(limit)


def _take_from(due: CTE, *, on_postgres: bool) -> Update:
    """Return the statement that leases what `due` names.

    That is a CTE and not a sub-select: PostgreSQL may run a sub-select again and exceed the limit.
    Without a lock, which costs as much as the update: the account's row is locked, so nobody else
    claims, and what somebody writes meanwhile is looked at again by the update.
    """
    ids = select(due.c.task_id)
    # For IN, PostgreSQL reads the whole table to join it; by an array it looks up each row by its key,
    # at half the cost (measured, 300 of 10,000). SQLite has no arrays, and looks them up anyway.
    is_due = (
        Poll.task_id == func.any(func.array(ids.scalar_subquery()))
        if on_postgres
        else Poll.task_id.in_(ids)
    )
    return _take().where(is_due, _IS_OURS, IS_DUE)


def _take() -> Update:
    # The times as the driver gives them: most are what this process knows already.
    instants = [as_given(column) for column in (Poll.due_at, Poll.expected_at)]
    return (
        update(Poll)
        .values(leased_until=_UNTIL, holder=_HOLDER, token=Poll.token + 1)
        .returning(Poll.task_id, Poll.token, *instants)
    )


def _chosen(session: Session, lease: Lease) -> list[int]:
    """Choose among what is due: what was asked for first, then what is worth most of a short budget."""
    connection, parameters = session.connection(), _parameters(lease)
    forced = list(connection.execute(_forced(), parameters).scalars())
    room = lease.limit - len(forced)
    if room <= 0:
        return forced
    rows = connection.execute(_candidates(), parameters | {"each": CANDIDATES * room})
    candidates = [
        Candidate(
            task_id=row.task_id, client_id=row.client_id, weight=row.weight,
            since=row.since.timestamp(), due=row.due_at.timestamp(), first=row.first, last=row.last,
        )
        for row in rows
    ]  # fmt: skip
    return forced + choose(candidates, room=room, now=lease.now.timestamp())


@cache
def _forced() -> Select[int]:
    forced = select(Poll.task_id).where(_IS_OURS, IS_DUE, Poll.forced_at.is_not(None))
    return forced.order_by(Poll.claimable_at).limit(_LIMIT)


@cache
def _candidates() -> Select[Any]:
    place = func.row_number().over(partition_by=Poll.client_id, order_by=Poll.due_at)
    found = (
        select(
            Poll.task_id,
            Poll.client_id,
            Poll.weight,
            func.coalesce(Poll.seen_at, Poll.started_at, type_=UtcDateTime).label("since"),
            Poll.due_at,
            (Poll.polls == 0).label("first"),
            (Poll.deadline_at <= _NOW).label("last"),
            place.label("place"),
        )
        .where(_IS_OURS, IS_DUE, Poll.forced_at.is_(None))
        .subquery()
    )
    return select(found).where(found.c.place <= bindparam("each", type_=Integer))
