"""Learning, start to end: round after round, until all that was seen is counted."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from app.curves.learn import learn
from app.db.session import Database

# Observations in one transaction: SQLite's only writer is busy with them for a tenth of a second.
AT_ONCE = 500

log = structlog.get_logger()


def run(database: Database, *, clock: Callable[[], datetime]) -> None:
    """Count what is in the queue; what comes meanwhile is left to the next ring."""
    try:
        while _run_one(database, now=clock()) == AT_ONCE:
            pass
    except OperationalError:
        # The database is away; the queue is where it was, and the next ring learns from it.
        log.warning("curves.learn_failed")


def _run_one(database: Database, *, now: datetime) -> int:
    with database.writing() as session:
        return learn(session, now=now, limit=AT_ONCE)
