"""Takes what is queued in SQL off its queue: round after round, until there is none."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db.session import Database

log = structlog.get_logger()


class Take(Protocol):
    """Takes at most `limit` off the queue in the session's transaction; returns how many there were."""

    def __call__(self, session: Session, *, now: datetime, limit: int) -> int:
        """Do it."""
        ...


def drain(
    database: Database, take: Take, *, at_once: int, clock: Callable[[], datetime], failed: str
) -> None:
    """Take all that is in the queue, `at_once` in a transaction; what comes meanwhile is left.

    Where the database is away it says `failed` in the log; the queue is where it was.
    """
    try:
        while _one(database, take, now=clock(), limit=at_once) == at_once:
            pass
    except OperationalError:
        log.warning(failed)


def _one(database: Database, take: Take, *, now: datetime, limit: int) -> int:
    with database.writing() as session:
        return take(session, now=now, limit=limit)
