"""The rows of curves: which models have one of their own, and who may write it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.curves.models import ALL, CurveRow
from app.db.insert import insert_new

# By then a curve has faded to a millionth.
FORGOTTEN = timedelta(days=5)


def held(
    session: Session, kinds: Collection[str], models: Collection[str], *, now: datetime
) -> Sequence[CurveRow]:
    """Return the rows of these kinds and models, made if need be, and ours until the commit."""
    # In one order, so that two who insert or lock the same rows cannot lock each other out.
    keys = [(kind, model) for kind in sorted(kinds) for model in sorted(models)]
    if not keys:
        return []
    rows = [
        {"kind": kind, "model": model, "ended": [], "exposed": [], "weight": 0.0, "taken": 0.0,
         "at": now, "version": 0, "version_at": now, "off": 0.0, "latest": 0.0,
         "doubt": 0.0}
        for kind, model in keys
    ]  # fmt: skip
    insert_new(session, CurveRow, rows, unique=[CurveRow.kind, CurveRow.model])
    found = (
        select(CurveRow)
        .where(CurveRow.kind.in_(kinds), CurveRow.model.in_(models))
        .order_by(CurveRow.kind, CurveRow.model)
        .with_for_update()
    )
    return session.scalars(found, execution_options={"populate_existing": True}).all()


def with_a_row(
    session: Session, kind: str, wanted: Collection[str], *, now: datetime, most: int
) -> list[str]:
    """Choose the models that have a row, or for which there is room: a kind has `most` of them.

    What a client says is the model may be anything. Where there is no room, what has not been seen for
    days makes some; the rest count for their kind alone.
    """
    of_kind = (CurveRow.kind == kind, CurveRow.model != ALL)
    known = set(session.scalars(select(CurveRow.model).where(*of_kind)))
    if len(known.union(wanted)) > most:
        faded = delete(CurveRow).where(*of_kind, CurveRow.at < now - FORGOTTEN)
        known -= set(session.scalars(faded.returning(CurveRow.model)))
    new = sorted(set(wanted) - known)[: max(0, most - len(known))]
    return [model for model in wanted if model in known] + new
