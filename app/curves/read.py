"""Reads what has been learnt: only what is newer than what the reader has."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curves.models import ALL, CurveRow
from app.db.session import Database
from app.schedule.forecast import Key

BATCH = 50  # Rows of up to 15 kB at once.


def key_of(row: CurveRow) -> Key:
    """Return whose curve the row holds."""
    return row.kind, None if row.model == ALL else row.model


def newer(
    database: Database, *, than: Mapping[Key, int], most: int | None = None
) -> Iterator[CurveRow]:
    """Yield the rows whose version is another: whole kinds first, then the heaviest; `most` of them."""
    with database.reading() as session:
        changed = _changed(session, than)[:most]
    for start in range(0, len(changed), BATCH):
        batch = changed[start : start + BATCH]
        with database.reading() as session:
            found = session.scalars(select(CurveRow).where(CurveRow.id.in_(batch)))
            rows = {row.id: row for row in found}
        yield from (rows[one] for one in batch if one in rows)


def _changed(session: Session, than: Mapping[Key, int]) -> Sequence[int]:
    versions = (
        select(CurveRow.id, CurveRow.kind, CurveRow.model, CurveRow.version)
        .where(CurveRow.version > 0)
        .order_by(CurveRow.model != ALL, CurveRow.weight.desc(), CurveRow.id)
    )
    return [
        row.id
        for row in session.execute(versions)
        if than.get((row.kind, row.model or None)) != row.version
    ]
