"""Where a client looks up what became of its tasks."""

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from app.clients.caller import TaskReader
from app.clock import utc_now
from app.curves.forecasts import Forecasts
from app.curves.outlook import outlook
from app.history.cursor import Cursor
from app.history.queries import find_task, list_tasks
from app.history.schemas import TaskList, TaskQuery, Timeline
from app.history.stats import Stats, stats
from app.history.timeline import timeline
from app.schedule.policies import policy
from app.tasks.schemas import TaskOut
from app.tasks.show import show
from app.web.door import ProcessDep, ReadDep
from app.web.problems import NOT_FOUND

router = APIRouter(tags=["history"])

TaskId = Annotated[str, Path(max_length=200, description="LemonData's id of the task")]


@router.get("/tasks")
def list_history(
    query: Annotated[TaskQuery, Query()], client: TaskReader, process: ProcessDep, session: ReadDep
) -> TaskList:
    """List tasks, newest first, page by page."""
    book, now = process.get(Forecasts).book, utc_now()
    found = list_tasks(
        session,
        client,
        status=query.status,
        equal=query.model_dump(include={"model", "account", "kind"}, exclude_none=True),
        after=Cursor.decode(query.cursor) if query.cursor else None,
        limit=query.limit + 1,  # One more tells whether there is a next page.
        oldest_first=query.order == "asc",
    )
    page = found[: query.limit]
    last = page[-1][0] if len(found) > query.limit else None
    return TaskList(
        items=[show(task, poll, outlook(book, poll, now=now)) for task, poll in page],
        next_cursor=Cursor(last.registered_at, last.id).encode() if last else None,
    )


@router.get("/tasks/{task_id}", responses=NOT_FOUND)
def read_task(
    task_id: TaskId, client: TaskReader, process: ProcessDep, session: ReadDep, response: Response
) -> TaskOut:
    """Show one task as it is now; while it is under way, `Retry-After` says when that may be news."""
    task, poll = find_task(session, client, task_id)
    now = utc_now()
    if poll and task.status.is_live:
        response.headers["Retry-After"] = str(max(1, ceil((poll.due_at - now).total_seconds())))
    return show(task, poll, outlook(process.get(Forecasts).book, poll, now=now))


@router.get("/tasks/{task_id}/timeline", responses=NOT_FOUND, response_model_exclude_none=True)
def read_timeline(
    task_id: TaskId, client: TaskReader, process: ProcessDep, session: ReadDep
) -> Timeline:
    """Show everything that happened to the task, oldest first, and why it is looked at next when it is."""
    chosen = policy(process.settings.policy, process.get(Forecasts).book)
    return Timeline(items=timeline(session, find_task(session, client, task_id), chosen))


@router.get("/stats")
def read_stats(client: TaskReader, session: ReadDep) -> Stats:
    """Show how many tasks stand where, what is left of the budgets, and how LemonData is doing."""
    return stats(session, client, now=utc_now())
