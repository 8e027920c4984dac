"""What has been counted, up to this moment: the sums, and what is still queued."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Row,
    Select,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.statistics.grains import Grain, Window, reach
from app.statistics.models import Increment, Rollup
from app.statistics.roll import EVERYBODY
from app.statistics.series import Series, Subject, within
from app.statistics.sums import Sums

# Where a row is from: a sum, the name of a model that has sums of its own, or what is still queued.
SUM, NAME, QUEUED = "sum", "name", "queued"
Columns = tuple[str, Subject, str, str, str, dict[str, int]]


def _of(table: type[Rollup | Increment], origin: str) -> Select[*Columns]:
    return select(
        literal(origin), table.subject, table.account, table.kind, table.model, table.sums
    )


_CLIENT = bindparam("client", type_=BigInteger())
_SINCE = bindparam("since", type_=UtcDateTime())
# In one statement, so that what is added meanwhile is seen on one side of it, and on one only.
_OF_CLIENT: CompoundSelect[*Columns] = union_all(
    _of(Rollup, SUM).where(
        Rollup.client_id == _CLIENT,
        Rollup.grain == bindparam("grain", type_=Rollup.grain.type),
        Rollup.starts_at >= _SINCE,
    ),
    _of(Rollup, NAME).where(
        Rollup.client_id == _CLIENT, Rollup.grain == Grain.ALL, Rollup.subject == Subject.TASKS
    ),
    _of(Increment, QUEUED).where(Increment.client_id == _CLIENT, Increment.at >= _SINCE),
)
_OF_ALL: CompoundSelect[*Columns] = union_all(
    _of(Rollup, SUM).where(Rollup.client_id == EVERYBODY, Rollup.grain == Grain.ALL),
    _of(Increment, QUEUED),
)


def counted(session: Session, client: int, window: Window, *, now: datetime) -> dict[Series, Sums]:
    """Return a client's sums within a window, by series."""
    grain, since = reach(window, now=now)
    values = {"client": client, "grain": grain, "since": since}
    return _by_series(session.execute(_OF_CLIENT, values).all())


def counted_of_all(session: Session) -> dict[Series, Sums]:
    """Return the sums of all clients together, since there is anything, by series."""
    return _by_series(session.execute(_OF_ALL).all())


def _by_series(rows: Sequence[Row[*Columns]]) -> dict[Series, Sums]:
    """Add up what is of one series; what is queued counts where it will, for models have their number."""
    known = {row.model for row in rows if row.subject is Subject.TASKS and row[0] != QUEUED}
    found: dict[Series, Counter[str]] = defaultdict(Counter)
    for origin, subject, account, kind, model, sums in rows:
        series = Series(subject, account, kind, model)
        if origin == QUEUED:
            series = within(series, known)
        if origin != NAME:
            found[series].update(sums)
    return dict(found)
