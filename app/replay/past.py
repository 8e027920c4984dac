"""Durations from the history: of the tasks that ended by themselves, the latest ones, oldest first."""

from sqlalchemy import select

from app.db.migrate import require_current
from app.db.session import Database
from app.replay.durations import LONGEST, Duration
from app.tasks.models import Task
from app.tasks.status import Status

MOST = 20_000


def past_durations(database: Database) -> list[Duration]:
    """Return how long tasks took: up to the middle of the interval in which each was seen to end.

    Raises Misconfigured where the database is not up to date.
    """
    require_current(database)
    ended = (
        select(Task.model, Task.created_at, Task.not_before, Task.not_after)
        .where(Task.status.in_([Status.COMPLETED, Status.FAILED]), Task.not_after.is_not(None))
        .order_by(Task.id.desc())
        .limit(MOST)
    )
    with database.reading() as session:
        rows = session.execute(ended).all()
    found = []
    for model, created_at, not_before, not_after in reversed(rows):
        after = max(created_at, not_before or created_at)
        by = max(after, not_after or after)
        seconds = ((after - created_at) + (by - created_at)).total_seconds() / 2
        found.append(Duration(model or "", min(max(seconds, 0.0), LONGEST)))
    return found
