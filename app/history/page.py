"""A page of the history, as the world sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.curves.outlook import outlook
from app.history.cursor import Cursor
from app.history.queries import cursor_of, list_tasks
from app.history.wanted import Wanted
from app.schedule.forecast import Book
from app.tasks.schemas import TaskOut
from app.tasks.show import show


class Page(NamedTuple):
    """Tasks, and where those behind them begin, if there are any."""

    items: Sequence[TaskOut]
    behind: Cursor | None


def read_page(
    session: Session, wanted: Wanted, book: Book, *,
    after: Cursor | None, limit: int, now: datetime,
) -> Page:  # fmt: skip
    """Return at most `limit` of the wanted tasks, those behind the cursor."""
    # One more tells whether there is a next page.
    found = list_tasks(session, wanted, after=after, limit=limit + 1)
    items = [show(task, poll, outlook(book, poll, now=now)) for task, poll in found[:limit]]
    is_all = len(found) <= limit
    return Page(items, None if is_all else cursor_of(found[limit - 1][0], wanted))
