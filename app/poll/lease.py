"""Takes the leases of a claim: one statement where all that is due fits, two where it has to be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Update,
    bindparam,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.db.given import Given
from app.schedule.choice import Candidate, choose
from app.tasks.models import Poll
from app.tasks.watch import Watch

# Looked at to choose from, for each client, in units of what can be claimed: the longest due.
CANDIDATES = 2
_FIELDS = tuple(Watch.__dataclass_fields__)
_IDS = Given(numbers=("task_id",))
_NOW, _UNTIL = bindparam("now", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)
_LIMIT: ColumnElement[int] = bindparam("limit", type_=Integer)
_IS_OURS = Poll.account_id == bindparam("of_account", type_=Integer)
IS_DUE = (Poll.due_at <= _NOW) & (Poll.leased_until <= _NOW)

# The task, the token, when it was due, and when it was expected.
Leased = tuple[int, int, datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """For which account, from when until when, and how many at most."""

    account_id: int
    now: datetime
    until: datetime
    limit: int
    is_short: bool = False  # Whether it is the budget that sets the limit, and not the room.


def lease_due(session: Session, lease: Lease) -> Sequence[Leased]:
    """Lease what is due: all of it, or where that is too much, what is worth most."""
    if lease.limit <= 0:
        return []
    on_postgres = session.get_bind().dialect.name == "postgresql"
    parameters = _parameters(lease)
    connection = session.connection()
    taken: Sequence[Any] = connection.execute(_all_due(on_postgres=on_postgres), parameters).all()
    return taken or lease_these(session, _chosen(session, lease), lease, IS_DUE)


def lease_soon(
    session: Session, lease: Lease, *, ahead: timedelta, floor: timedelta
) -> Sequence[Leased]:
    """Lease those that fall due first within `ahead`, and were not looked at for `floor`."""
    if lease.limit <= 0:
        return []
    now = lease.now
    since = func.coalesce(Poll.seen_at, Poll.started_at, type_=UtcDateTime)
    is_soon = (Poll.due_at > now) & (Poll.due_at <= now + ahead) & (since <= now - floor)
    is_free = (Poll.leased_until <= now) & Poll.ended_at.is_(None)
    soonest = select(Poll.task_id).where(Poll.account_id == lease.account_id, is_soon, is_free)
    ids = session.scalars(soonest.order_by(Poll.due_at).limit(lease.limit)).all()
    return lease_these(session, ids, lease, is_free)


def lease_these(
    session: Session, ids: Sequence[int], lease: Lease, wanted: ColumnElement[bool]
) -> Sequence[Leased]:
    """Lease these tasks, as far as they are as `wanted` still."""
    if not ids:
        return []
    on_postgres = session.get_bind().dialect.name == "postgresql"
    given = _IDS.table(on_postgres=on_postgres)
    is_given = _IDS.has("task_id", Poll.task_id, on_postgres=on_postgres)
    these = _take().where(Poll.task_id == given.c.task_id, is_given, _IS_OURS, wanted)
    parameters = _IDS.bind([ids], on_postgres=on_postgres) | _parameters(lease)
    taken: Sequence[Any] = session.connection().execute(these, parameters).all()
    return taken


def read_watches(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, Watch]]:
    """Read what these rows say of their tasks."""
    if not ids:
        return {}
    on_postgres = session.get_bind().dialect.name == "postgresql"
    parameters = _IDS.bind([ids], on_postgres=on_postgres)
    rows = session.connection().execute(_wide(on_postgres=on_postgres), parameters)
    return {row[0]: (row[1], Watch(**dict(zip(_FIELDS, row[2:], strict=True)))) for row in rows}


@cache
def _wide(*, on_postgres: bool) -> Select[Any]:
    given = _IDS.table(on_postgres=on_postgres)
    columns = [getattr(Poll, name) for name in ("task_id", "upstream_id", *_FIELDS)]
    is_given = _IDS.has("task_id", Poll.task_id, on_postgres=on_postgres)
    return select(*columns).join(given, given.c.task_id == Poll.task_id).where(is_given)


def _parameters(lease: Lease) -> dict[str, Any]:
    return {
        "of_account": lease.account_id,
        "now": lease.now,
        "until": lease.until,
        "limit": lease.limit,
    }


@cache
def _all_due(*, on_postgres: bool) -> Update:
    """Return the statement that leases all that is due, or nothing if it is more than the limit."""
    due = (
        select(Poll.task_id)
        .where(_IS_OURS, IS_DUE)
        .order_by(Poll.due_at)
        .limit(_LIMIT + 1)
        # A CTE and not a sub-select: PostgreSQL may run a sub-select again and exceed the limit. Without
        # a lock, which costs as much as the update: the account's row is locked, so nobody else claims,
        # and what somebody writes meanwhile is looked at again by the update.
        .cte("due")
    )
    ids = select(due.c.task_id)
    # For IN, PostgreSQL reads the whole table to join it; by an array it looks up each row by its key,
    # at half the cost (measured, 300 of 10,000). SQLite has no arrays, and looks them up anyway.
    is_due = (
        Poll.task_id == func.any(func.array(ids.scalar_subquery()))
        if on_postgres
        else Poll.task_id.in_(ids)
    )
    fits = select(func.count()).select_from(due).scalar_subquery() <= _LIMIT
    return _take().where(is_due, fits, _IS_OURS, IS_DUE)


def _take() -> Update:
    # The times as the driver gives them: most are what this process knows already.
    instants = [
        type_coerce(column, DateTime(timezone=True)) for column in (Poll.due_at, Poll.expected_at)
    ]
    return (
        update(Poll)
        .values(leased_until=_UNTIL, token=Poll.token + 1)
        .returning(Poll.task_id, Poll.token, *instants)
    )


def _chosen(session: Session, lease: Lease) -> list[int]:
    """Choose among what is due: what was asked for first, then what is worth most of a short budget.

    What waits for room alone is asked for in a moment, and the longest due is next.
    """
    connection, parameters = session.connection(), _parameters(lease)
    forced = list(connection.execute(_forced(), parameters).scalars())
    room = lease.limit - len(forced)
    if room <= 0:
        return forced
    if not lease.is_short:
        return forced + list(connection.execute(_longest(), parameters | {"limit": room}).scalars())
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
def _longest() -> Select[int]:
    longest = select(Poll.task_id).where(_IS_OURS, IS_DUE, Poll.forced_at.is_(None))
    return longest.order_by(Poll.due_at).limit(_LIMIT)


@cache
def _forced() -> Select[int]:
    forced = select(Poll.task_id).where(_IS_OURS, IS_DUE, Poll.forced_at.is_not(None))
    return forced.order_by(Poll.due_at).limit(_LIMIT)


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
