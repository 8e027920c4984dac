"""Counting, start to end: round after round, until all that is queued is added."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from app.db.session import Database
from app.statistics.roll import roll

AT_ONCE = 200  # increments in one transaction; each concerns some rows

log = structlog.get_logger()


def run(database: Database, *, clock: Callable[[], datetime]) -> None:
    """Add what is in the queue; what comes meanwhile is left to the next ring."""
    try:
        while _run_one(database, now=clock()) == AT_ONCE:
            pass
    except OperationalError:
        # The database is away; the queue is where it was, and the next ring counts it.
        log.warning("statistics.roll_failed")


def _run_one(database: Database, *, now: datetime) -> int:
    with database.writing() as session:
        return roll(session, now=now, limit=AT_ONCE)
