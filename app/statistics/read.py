"""What has been counted, up to this moment: the sums, and what is still queued."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Row, Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.statistics.grains import Grain, Window, reach
from app.statistics.models import Increment, Rollup
from app.statistics.roll import EVERYBODY
from app.statistics.series import Series, Subject
from app.statistics.sums import Sums

Columns = tuple[Subject, str, str, str, dict[str, int]]


def _of(table: type[Rollup | Increment]) -> Select[*Columns]:
    return select(table.subject, table.account, table.kind, table.model, table.sums)


# In one statement, so that what is added meanwhile is seen on one side of it, and on one only.
_OF_CLIENT = union_all(
    _of(Rollup).where(
        Rollup.client_id == bindparam("client", type_=BigInteger()),
        Rollup.grain == bindparam("grain", type_=Rollup.grain.type),
        Rollup.starts_at >= bindparam("since", type_=UtcDateTime()),
    ),
    _of(Increment).where(
        Increment.client_id == bindparam("client", type_=BigInteger()),
        Increment.at >= bindparam("since", type_=UtcDateTime()),
    ),
)
_OF_ALL = union_all(
    _of(Rollup).where(Rollup.client_id == EVERYBODY, Rollup.grain == Grain.ALL), _of(Increment)
)


def counted(session: Session, client: int, window: Window, *, now: datetime) -> dict[Series, Sums]:
    """Return a client's sums within a window, by series."""
    grain, since = reach(window, now=now)
    rows = session.execute(_OF_CLIENT, {"client": client, "grain": grain, "since": since})
    return _by_series(rows)


def counted_of_all(session: Session) -> dict[Series, Sums]:
    """Return the sums of all clients together, since there is anything, by series."""
    return _by_series(session.execute(_OF_ALL))


def _by_series(rows: Iterable[Row[*Columns]]) -> dict[Series, Sums]:
    found: dict[Series, Counter[str]] = defaultdict(Counter)
    for subject, account, kind, model, sums in rows:
        found[Series(subject, account, kind, model)].update(sums)
    return dict(found)
