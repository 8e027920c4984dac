"""Adds what was seen of tasks to the curves of their models: one round, in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from app.curves.models import ALL, CurveRow, Observation
from app.curves.rows import held, with_a_row
from app.schedule.cold import cold_curve
from app.schedule.curve import Curve
from app.schedule.estimate import estimate
from app.schedule.learn import is_news, learnt
from app.schedule.tally import Span

MODELS = 1000  # Of a kind, at most, that are known by themselves.
# After this, little is news too.
STALE = timedelta(minutes=10)

Seen = Row[str, str | None, float, float | None]


def learn(session: Session, *, now: datetime, limit: int, models: int = MODELS) -> int:
    """Take at most `limit` observations off the queue and count them; return how many there were.

    Each is counted for its model and for its kind as a whole, in the transaction that takes it away:
    what a crash undoes is in the queue again.
    """
    by_kind: dict[str, list[Seen]] = defaultdict(list)
    for one in _take(session, limit=limit):
        by_kind[one.kind].append(one)
    # Who holds a kind's own row is alone with its models, so that no two wait for each other.
    for whole in held(session, by_kind, [ALL], now=now):
        _learn_kind(session, whole, by_kind[whole.kind], now=now, models=models)
    return sum(map(len, by_kind.values()))


def _take(session: Session, *, limit: int) -> Sequence[Seen]:
    oldest = (
        select(Observation.id)
        .order_by(Observation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and ignores this.
        # A CTE and not a sub-select: PostgreSQL may run a sub-select again and exceed the limit.
        .cte("oldest")
    )
    take = (
        delete(Observation)
        .where(Observation.id.in_(select(oldest.c.id)))
        .returning(Observation.kind, Observation.model, Observation.after, Observation.by)
    )
    return session.execute(take, execution_options={"synchronize_session": False}).all()


def _learn_kind(
    session: Session, whole: CurveRow, seen: Sequence[Seen], *, now: datetime, models: int
) -> None:
    spans: list[Span] = []
    by_model: dict[str, list[Span]] = defaultdict(list)
    for one in seen:
        spans.append(Span(after=one.after, by=one.by))
        if one.model:
            by_model[one.model].append(spans[-1])
    cold = cold_curve(whole.kind)
    _count(whole, spans, cold, now=now)
    prior = estimate(whole.tally, cold)
    chosen = with_a_row(session, whole.kind, by_model, now=now, most=models)
    for row in held(session, [whole.kind], chosen, now=now):
        _count(row, by_model[row.model], prior, now=now)


def _count(row: CurveRow, spans: list[Span], prior: Curve, *, now: datetime) -> None:
    before = row.tally
    row.tally = known = learnt(before, spans, prior, passed=(now - row.at).total_seconds())
    row.at = now
    row.taken += sum(span.by is not None for span in spans)
    if is_news(before, known, taken=row.taken) or now - row.version_at >= STALE:
        row.version += 1
        row.version_at, row.taken = now, 0.0
