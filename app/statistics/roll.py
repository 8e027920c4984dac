"""Adds what is queued to the sums: one round, in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Row, and_, bindparam, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from app.db.insert import insert_new
from app.statistics.grains import STRETCHES, Grain, oldest, stretches_of
from app.statistics.models import Increment, Rollup
from app.statistics.series import Series, Subject, within
from app.statistics.sums import total

EVERYBODY = 0
_KEY = (
    Rollup.client_id, Rollup.grain, Rollup.starts_at,
    Rollup.subject, Rollup.account, Rollup.kind, Rollup.model,
)  # fmt: skip
_OLDEST = (
    select(Increment.id)
    .order_by(Increment.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer and ignores this.
    # A CTE and not a sub-select: PostgreSQL may run a sub-select again and exceed the limit.
    .cte("oldest")
)
_TAKE = delete(Increment).where(Increment.id.in_(select(_OLDEST.c.id))).returning(
    Increment.id, Increment.client_id, Increment.at,
    Increment.subject, Increment.account, Increment.kind, Increment.model, Increment.sums,
)  # fmt: skip
_KNOWN = select(Rollup.client_id, Rollup.model).where(
    Rollup.client_id.in_(bindparam("clients", expanding=True)),
    Rollup.grain == Grain.ALL,
    Rollup.subject == Subject.TASKS,
)
_FOUND = (
    select(Rollup)
    .where(tuple_(*_KEY).in_(bindparam("keys", expanding=True)))
    # In one order, so that two who lock the same rows cannot lock each other out.
    .order_by(*_KEY)
    .with_for_update()
)

Key = tuple[int, Grain, datetime, Series]
Taken = Row[int, int, datetime, Subject, str, str, str, dict[str, int]]


def roll(session: Session, *, now: datetime, limit: int) -> int:
    """Take at most `limit` increments off the queue and add them up; return how many there were.

    What a crash undoes is in the queue again. With a client's new sums go those that no window reaches
    back to any more.
    """
    options = {"synchronize_session": False}
    taken = session.execute(_TAKE, {"most": limit}, execution_options=options).all()
    more = _by_key(session, taken, now=now)
    for row in _held(session, more):
        row.sums = dict(total((row.sums, more[row.key])))
    _forget(session, {one.client_id for one in taken}, now=now)
    return len(taken)


def _by_key(session: Session, taken: Sequence[Taken], *, now: datetime) -> dict[Key, Counter[str]]:
    known: dict[int, set[str]] = defaultdict(set)
    clients = {EVERYBODY, *(one.client_id for one in taken)}
    for client_id, model in session.execute(_KNOWN, {"clients": sorted(clients)}):
        known[client_id].add(model)
    more: dict[Key, Counter[str]] = defaultdict(Counter)
    for one in sorted(taken, key=lambda one: one.id):
        series = Series(one.subject, one.account, one.kind, one.model)
        for client_id, grain, start in _places(one, now=now):
            whose = (
                series if client_id != EVERYBODY or _is_of_tasks(series) else Series(one.subject)
            )
            key = (client_id, grain, start, within(whose, known[client_id]))
            more[key].update(one.sums)
    return more


def _is_of_tasks(series: Series) -> bool:
    return series.subject is Subject.TASKS


def _places(one: Taken, *, now: datetime) -> Iterator[tuple[int, Grain, datetime]]:
    for grain, start in stretches_of(one.at, now=now):
        yield one.client_id, grain, start
        if grain is Grain.ALL:
            yield EVERYBODY, grain, start


def _held(session: Session, keys: Collection[Key]) -> Iterable[Rollup]:
    """Return the rows of these keys, made if need be, and ours until the commit."""
    flat = [(*key[:3], *key[3]) for key in sorted(keys)]
    if not flat:
        return []
    names = [column.key for column in _KEY]
    rows = [{**dict(zip(names, key, strict=True)), "sums": {}} for key in flat]
    insert_new(session, Rollup, rows, unique=_KEY)
    options = {"populate_existing": True}
    return session.scalars(_FOUND, {"keys": flat}, execution_options=options).all()


def _forget(session: Session, clients: Collection[int], *, now: datetime) -> None:
    past = [and_(Rollup.grain == g, Rollup.starts_at < oldest(g, now=now)) for g in STRETCHES]
    if clients:
        session.execute(delete(Rollup).where(Rollup.client_id.in_(clients), or_(*past)))
