"""What of statistics tests ask for."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.session import Database
from app.statistics.grains import Window
from app.statistics.models import Increment
from app.statistics.read import counted
from app.statistics.roll import roll
from app.statistics.sums import Sums, total
from tests.build import CLIENT, NOW


def sums(
    database: Database, window: Window = Window.ALL, *, now: datetime = NOW, client: int = CLIENT
) -> Sums:
    """Return all that was counted of the client."""
    with database.reading() as session:
        return total(counted(session, client, window, now=now).values())


def queued(session: Session) -> int:
    """Return how many increments wait."""
    return session.scalars(select(func.count()).select_from(Increment)).one()


def roll_all(database: Database, *, now: datetime = NOW, limit: int = 100) -> None:
    """Add up what is queued."""
    with database.writing() as session:
        while roll(session, now=now, limit=limit):
            pass
        assert queued(session) == 0
