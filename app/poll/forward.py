"""Brings first looks forward where much less is known to be enough by now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import Update, bindparam, update
from sqlalchemy.orm import Session

from app.accounts.prices import price_of
from app.db.base import UtcDateTime
from app.db.given import Given
from app.schedule.forecast import Book
from app.schedule.scouts import lot
from app.schedule.sooner import sooner
from app.tasks.models import Poll

_GIVEN = Given(numbers=("task_id",), instants=("due_at",))


class Fresh(NamedTuple):
    """A task that was never looked at, and when it is to be."""

    task_id: int
    upstream_id: str
    client_id: int
    kind: str
    model: str | None
    weight: float
    started_at: datetime
    due_at: datetime


def bring_forward(
    session: Session, fresh: Sequence[Fresh], book: Book, prices: Mapping[str, float], *,
    now: datetime,
) -> None:  # fmt: skip
    """Make those due sooner that would be by far if they came now, as far as nobody has claimed them."""
    moved = [
        (one.task_id, due_at) for one in fresh if (due_at := _sooner(one, book, prices, now=now))
    ]
    if not moved:
        return
    on_postgres = session.get_bind().dialect.name == "postgresql"
    # In the order of their ids, so that two who write the same rows do not lock each other out.
    columns = list(zip(*sorted(moved), strict=True))
    parameters = _GIVEN.bind(columns, on_postgres=on_postgres)
    session.connection().execute(_move(on_postgres=on_postgres), parameters | {"now": now})


def _sooner(
    one: Fresh, book: Book, prices: Mapping[str, float], *, now: datetime
) -> datetime | None:
    planned = (one.due_at - one.started_at).total_seconds()
    price = price_of(prices, one.client_id, weight=one.weight)
    plan = book.plan_of(one.kind, one.model)
    age = sooner(plan, planned, price=price, lot=lot(one.upstream_id))
    if age is None or one.due_at <= now:
        return None
    return max(now, one.started_at + timedelta(seconds=age))


@cache
def _move(*, on_postgres: bool) -> Update:
    given = _GIVEN.table(on_postgres=on_postgres)
    now = bindparam("now", type_=UtcDateTime)
    return (
        update(Poll)
        .where(
            Poll.task_id == given.c.task_id,
            _GIVEN.has("task_id", Poll.task_id, on_postgres=on_postgres),
            Poll.polls == 0,
            Poll.leased_until <= now,
            Poll.due_at > given.c.due_at,
        )
        .values(due_at=given.c.due_at, expected_at=given.c.due_at, claimable_at=given.c.due_at)
    )
