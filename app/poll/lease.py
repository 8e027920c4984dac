"""Takes the leases of a claim: one statement, and more only where a short budget has to be spent well."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
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

from app.db.base import UtcDateTime
from app.poll.chosen import choose_due
from app.poll.due import IS_DUE, IS_OURS, LIMIT, Lease, parameters
from app.poll.wide import IDS, as_given
from app.tasks.models import Poll

_UNTIL = bindparam("until", type_=UtcDateTime)
_HOLDER = bindparam("holder", type_=BigInteger)
_IS_PAST_FRONT = Poll.claimable_at >= bindparam("since", type_=UtcDateTime)

# The task, the token, when it was due, and when it was expected.
Leased = tuple[int, int, datetime, datetime]


def lease_due(session: Session, lease: Lease) -> Sequence[Leased]:
    """Lease what is due: all of it, or where that is too much, what is worth most.

    What waits for room alone is asked for in a moment, so of that the longest due is taken.
    """
    if lease.limit <= 0:
        return []
    on_postgres = session.get_bind().dialect.name == "postgresql"
    due = (_all_due if lease.is_short else _longest_due)(on_postgres=on_postgres)
    taken: Sequence[Any] = session.connection().execute(due, parameters(lease)).all()
    if taken or not lease.is_short:
        return taken
    return lease_these(session, choose_due(session, lease), lease, IS_DUE)


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
    these = _take().where(Poll.task_id == given.c.task_id, is_given, IS_OURS, wanted)
    values = IDS.bind([ids], on_postgres=on_postgres) | parameters(lease)
    taken: Sequence[Any] = session.connection().execute(these, values).all()
    return taken


@cache
def _all_due(*, on_postgres: bool) -> Update:
    """Return the statement that leases all that is due, or nothing if it is more than the limit."""
    # One more than may be leased, and it is known that there is too much.
    due = _oldest(IS_DUE, _IS_PAST_FRONT, limit=LIMIT + 1).cte("due")
    fits = select(func.count()).select_from(due).scalar_subquery() <= LIMIT
    return _take_from(due, on_postgres=on_postgres).where(fits)


@cache
def _longest_due(*, on_postgres: bool) -> Update:
    """Return the statement that leases what was asked for, and then what is longest due."""
    forced = _oldest(IS_DUE, Poll.forced_at.is_not(None), limit=LIMIT).cte("forced")
    others = _oldest(IS_DUE, _IS_PAST_FRONT, Poll.forced_at.is_(None), limit=LIMIT).cte("others")
    both = union_all(
        select(forced.c.task_id, forced.c.due_at, literal(0).label("place")),
        select(others.c.task_id, others.c.due_at, literal(1).label("place")),
    ).subquery()
    due = select(both.c.task_id).order_by(both.c.place, both.c.due_at).limit(LIMIT).cte("due")
    return _take_from(due, on_postgres=on_postgres)


def _oldest(*wanted: ColumnElement[bool], limit: ColumnElement[int]) -> Select[int, datetime]:
    found = select(Poll.task_id, Poll.due_at).where(IS_OURS, *wanted)
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
    return _take().where(is_due, IS_OURS, IS_DUE)


def _take() -> Update:
    # The times as the driver gives them: most are what this process knows already.
    instants = [as_given(column) for column in (Poll.due_at, Poll.expected_at)]
    return (
        update(Poll)
        .values(leased_until=_UNTIL, holder=_HOLDER, token=Poll.token + 1)
        .returning(Poll.task_id, Poll.token, *instants)
    )
