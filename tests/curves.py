"""What tests of learning store and read."""

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.curves.learn import learn
from app.curves.models import ALL, CurveRow, Observation
from app.db.session import Database
from tests.build import NOW


def queue(
    session: Session, count: int = 1, *, after: float = 40.0, by: float | None = 45.0,
    kind: str = "image", model: str | None = "flux-pro",
) -> None:  # fmt: skip
    """Queue so many observations."""
    row = {"kind": kind, "model": model, "after": after, "by": by, "at": NOW}
    session.execute(insert(Observation), [row] * count)


def queued(session: Session) -> int:
    """Count the observations that are still in the queue."""
    return session.scalars(select(func.count()).select_from(Observation)).one()


def weights(session: Session) -> dict[tuple[str, str], float]:
    """Return how many ends each curve knows."""
    rows = session.execute(select(CurveRow.kind, CurveRow.model, CurveRow.weight))
    return {(row.kind, row.model): row.weight for row in rows}


def curve(session: Session, model: str = ALL, kind: str = "image") -> CurveRow:
    """Return the row of a model, or of all of its kind."""
    found = select(CurveRow).where(CurveRow.kind == kind, CurveRow.model == model)
    return session.scalars(found).one()


def teach(
    database: Database, count: int = 1, *, after: float = 40.0, by: float | None = 45.0,
    kind: str = "image", model: str | None = "flux-pro",
) -> None:  # fmt: skip
    """Queue so many observations and learn from them."""
    with database.writing() as session:
        queue(session, count, after=after, by=by, kind=kind, model=model)
        learn(session, now=NOW, limit=1000)
