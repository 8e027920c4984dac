"""Reads tasks for those who have waited: one query for all who ask at one time, and each task shown once."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from threading import Lock
from typing import NamedTuple, Self

from sqlalchemy import bindparam, select

from app.clock import utc_now
from app.curves.forecasts import Forecasts
from app.curves.outlook import outlook
from app.errors import NotFound
from app.history.queries import Found, find_task
from app.process.process import Process
from app.tasks.models import Poll, Task
from app.tasks.show import show
from app.waiting.wake import wake

AT_ONCE = 500  # tasks in one query
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
    """One of a process. While one query is under way, whoever asks waits for the next."""

    def __init__(self, process: Process) -> None:
        """Have nobody asking."""
        self._database = process.database
        self._forecasts = process.get(Forecasts)
        self._lock = Lock()
        self._asked: defaultdict[int, list[asyncio.Future[Shown]]] = defaultdict(list)
        self._is_reading = False

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
        loop = asyncio.get_running_loop()
        shown: asyncio.Future[Shown] = loop.create_future()
        with self._lock:
            self._asked[task_id].append(shown)
            begins, self._is_reading = not self._is_reading, True
        if begins:
            loop.run_in_executor(None, self._read_on)
        return await shown

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nothing to close."""

    def _read_on(self) -> None:
        while asked := self._take():
            try:
                found: Mapping[int, Shown] | Exception = self._read([*asked])
            except Exception as error:  # noqa: BLE001 - It is raised where it was asked for.
                found = error
            wake(
                (one, found if isinstance(found, Exception) else found.get(task_id) or NotFound())
                for task_id, those in asked.items()
                for one in those
            )

    def _take(self) -> Mapping[int, list["asyncio.Future[Shown]"]]:
        with self._lock:
            some = list(self._asked)[:AT_ONCE]
            self._is_reading = bool(some)
            return {task_id: self._asked.pop(task_id) for task_id in some}

    def _read(self, ids: Sequence[int]) -> Mapping[int, Shown]:
        with self._database.reading() as session:
            found = session.execute(_TASKS, {"ids": ids}).all()
        now = utc_now()
        return {one[0].id: self._show(one, now=now) for one in found}

    def _show(self, found: Found, *, now: datetime) -> Shown:
        task, poll = found
        shown = show(task, poll, outlook(self._forecasts.book, poll, now=now))
        is_live = task.status.is_live
        due_in = (poll.due_at - now).total_seconds() if poll and is_live else None
        return Shown(
            id=task.id, version=task.version, is_live=is_live, body=shown.model_dump_json().encode(),
            retry_after=None if due_in is None else max(1, ceil(due_in)),
        )  # fmt: skip
