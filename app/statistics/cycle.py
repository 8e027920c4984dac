"""Counting, start to end: round after round, until all that is queued is added."""

from collections.abc import Callable
from datetime import datetime

from app.db.drain import drain
from app.db.session import Database
from app.statistics.roll import roll

AT_ONCE = 200  # increments in one transaction; each concerns some rows


def run(database: Database, *, clock: Callable[[], datetime]) -> None:
    """Add what is in the queue; what comes meanwhile is left to the next ring."""
    drain(database, roll, at_once=AT_ONCE, clock=clock, failed="statistics.roll_failed")
