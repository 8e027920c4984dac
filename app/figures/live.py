"""How many tasks are under way, and how long the first of them has been due."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.tasks.models import Poll, Task
from app.tasks.status import Status

LIVE = tuple(status for status in Status if status.is_live)
_FIRST_DUE = select(func.min(Poll.due_at)).join(Task).where(Task.client_id == bindparam("client"))


def live(session: Session, client: int, only: dict[str, str]) -> dict[Status, int]:
    """Count the client's tasks that are under way by status: those with these values in columns."""
    counted = session.execute(_counted(frozenset(only.items())), {"client": client})
    return dict.fromkeys(LIVE, 0) | dict(counted.all())


@lru_cache(maxsize=256)
def _counted(only: frozenset[tuple[str, str]]) -> Select[Status, int]:
    # Nobody named the model of a task whose model is empty in the figures.
    values: list[Any] = [getattr(Task, name) == (value or None) for name, value in only]
    return (
        select(Task.status, func.count())
        .where(Task.client_id == bindparam("client"), Task.status.in_(LIVE), *values)
        .group_by(Task.status)
    )


def overdue(session: Session, client: int, *, now: datetime) -> timedelta:
    """Return how long the first of the client's tasks has been due to be looked at."""
    first = session.scalar(_FIRST_DUE, {"client": client})
    return max(timedelta(), now - first) if first else timedelta()
