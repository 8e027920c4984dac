"""Learning, start to end: round after round, until all that was seen is counted."""

from collections.abc import Callable
from datetime import datetime

from app.curves.learn import learn
from app.db.drain import drain
from app.db.session import Database

# Observations in one transaction: SQLite's only writer is busy with them for a tenth of a second.
AT_ONCE = 500


def run(database: Database, *, clock: Callable[[], datetime]) -> None:
    """Count what is in the queue; what comes meanwhile is left to the next ring."""
    drain(database, learn, at_once=AT_ONCE, clock=clock, failed="curves.learn_failed")
