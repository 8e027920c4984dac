"""Reads tasks for those who have waited: one query for all who ask at one time, and each task shown once."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple, Self

from sqlalchemy import bindparam, select

from app.clock import utc_now
from app.curves.forecasts import Forecasts
from app.curves.outlook import outlook
from app.errors import NotFound
from app.history.queries import Found, find_task
from app.process.process import Process
from app.process.together import Together
from app.tasks.models import Poll, Task
from app.tasks.show import show

AT_ONCE = 500  # who are answered from one query
_TASKS = (
    select(Task, Poll)
    .outerjoin(Poll, Poll.task_id == Task.id)
    .where(Task.id.in_(bindparam("ids", expanding=True)))
)


class Shown(NamedTuple):
    """A task at one moment, in the bytes that it is answered in."""

    id: int
    version: int
    is_live: bool
    body: bytes
    retry_after: int | None  # seconds


class Reading:
    """One of a process."""

    def __init__(self, process: Process) -> None:
        """Have nobody asking."""
        self._database = process.database
        self._forecasts = process.get(Forecasts)
        self._together = Together(self._read, most=AT_ONCE, name="reading")

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    def first(self, client: int, upstream_id: str) -> Shown:
        """Return the client's task of that id, or raise NotFound."""
        with self._database.reading() as session:
            return self._show(find_task(session, client, upstream_id), now=utc_now())

    async def again(self, task_id: int) -> Shown:
        """Return the task as it is by now; or raise NotFound if it is no longer there."""
        return await self._together.ask(task_id)

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nobody ask any more."""
        self._together.close()

    def _read(self, ids: Sequence[int]) -> Sequence[Shown | Exception]:
        """Read each task once, however many ask for it."""
        with self._database.reading() as session:
            found = session.execute(_TASKS, {"ids": sorted(set(ids))}).all()
        now = utc_now()
        shown = {one[0].id: self._show(one, now=now) for one in found}
        return [shown.get(one) or NotFound() for one in ids]

    def _show(self, found: Found, *, now: datetime) -> Shown:
        task, poll = found
        shown = show(task, poll, outlook(self._forecasts.book, poll, now=now))
        is_live = task.status.is_live
        due_in = (poll.due_at - now).total_seconds() if poll and is_live else None
        return Shown(
            id=task.id, version=task.version, is_live=is_live, body=shown.model_dump_json().encode(),
            retry_after=None if due_in is None else max(1, ceil(due_in)),
        )  # fmt: skip
