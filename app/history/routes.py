"""Where a client looks up what became of its tasks."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.clients.caller import ClientDep
from app.clock import utc_now
from app.history.cursor import Cursor
from app.history.queries import find_task, list_tasks
from app.history.schemas import TaskList, TaskQuery, Timeline
from app.history.stats import Stats, stats
from app.history.timeline import timeline
from app.tasks.schemas import TaskOut
from app.tasks.show import show
from app.web.door import ReadDep
from app.web.problems import NOT_FOUND

router = APIRouter(tags=["history"])

TaskId = Annotated[str, Path(max_length=200, description="LemonData's id of the task")]


@router.get("/tasks")
def list_history(
    query: Annotated[TaskQuery, Query()], client: ClientDep, session: ReadDep
) -> TaskList:
    """List tasks, newest first, page by page."""
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
        items=[show(task, poll) for task, poll in page],
        next_cursor=Cursor(last.registered_at, last.id).encode() if last else None,
    )


@router.get("/tasks/{task_id}", responses=NOT_FOUND)
def read_task(task_id: TaskId, client: ClientDep, session: ReadDep) -> TaskOut:
    """Show one task as it is now."""
    return show(*find_task(session, client, task_id))


@router.get("/tasks/{task_id}/timeline", responses=NOT_FOUND, response_model_exclude_none=True)
def read_timeline(task_id: TaskId, client: ClientDep, session: ReadDep) -> Timeline:
    """Show everything that happened to the task, oldest first."""
    return Timeline(items=timeline(session, find_task(session, client, task_id)))


@router.get("/stats")
def read_stats(client: ClientDep, session: ReadDep) -> Stats:
    """Show how many tasks stand where, what is left of the budgets, and how LemonData is doing."""
    return stats(session, client, now=utc_now())
