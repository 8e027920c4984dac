"""How far everything is that somebody waits for: one statement, however many they are."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import CompoundSelect, Connection, Select, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.db.base import Base
from app.db.changes import Changes
from app.db.given import Given
from app.outbox.models import Stream
from app.tasks.models import Task

_SUBJECTS = Given(numbers=("subject",))


def look(connection: Connection, subjects: Sequence[int]) -> Changes:
    """Return the count of each subject that there is: a task's version, or a client's last event."""
    on_postgres = connection.dialect.name == "postgresql"
    parameters = _SUBJECTS.bind([subjects], on_postgres=on_postgres)
    rows = connection.execute(_counts(on_postgres=on_postgres), parameters)
    return {row[0]: row[1] for row in rows.all()}


@cache
def _counts(*, on_postgres: bool) -> CompoundSelect[int, int]:
    tasks = _of(Task, Task.id, Task.version, on_postgres=on_postgres)
    # Those of endpoints are above zero, where tasks are.
    events = _of(Stream, Stream.id, Stream.last, on_postgres=on_postgres).where(Stream.id < 0)
    return union_all(tasks, events)


def _of(
    model: type[Base], subject: InstrumentedAttribute[int], count: InstrumentedAttribute[int], *,
    on_postgres: bool,
) -> Select[int, int]:  # fmt: skip
    found = select(subject, count).where(_SUBJECTS.has("subject", subject, on_postgres=on_postgres))
    if on_postgres:
        return found
    given = _SUBJECTS.table(on_postgres=False)
    return found.select_from(given).join(model, subject == given.c.subject)
