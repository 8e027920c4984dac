"""Where a client looks up what became of its tasks."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import WithJsonSchema

from app.clients.caller import TaskReader, caller_of
from app.clock import utc_now
from app.curves.forecasts import Forecasts
from app.history.accept import choose
from app.history.cursor import Cursor
from app.history.formats import CSV, JSON, NDJSON
from app.history.page import read_page
from app.history.queries import find_task
from app.history.query import METADATA, TaskQuery
from app.history.schemas import TaskList, Timeline
from app.history.stream import stream
from app.history.timeline import timeline
from app.history.waiting import wait_for_news
from app.schedule.policies import policy
from app.tasks.schemas import TaskOut
from app.waiting.seconds import Wait
from app.web.door import ProcessDep, ReadDep
from app.web.known import Known, etag
from app.web.problems import NOT_FOUND
from app.web.route import StrictRoute
from app.web.words import RETRY_AFTER

router = APIRouter(tags=["history"], route_class=StrictRoute)

ETAG = {"ETag": {"description": "The task's version", "schema": {"type": "string"}}}
_TEXT = {"schema": {"type": "string"}}
TaskId = Annotated[str, Path(max_length=200, description="LemonData's id of the task")]
# It may come in several lines; to who sends it, it is one text.
IfNoneMatch = Annotated[
    list[str] | None,
    Header(alias="If-None-Match", description="`ETag`s you have, with commas between"),
    WithJsonSchema({"type": "string"}),
]


@router.get(
    "/tasks",
    operation_id="list_tasks",
    response_model=TaskList,
    responses={200: {"content": {CSV: _TEXT, NDJSON: _TEXT}}},
    openapi_extra={"parameters": [METADATA]},
)
def list_history(
    query: Annotated[TaskQuery, Query()], client: TaskReader, process: ProcessDep,
    request: Request, response: Response,
) -> TaskList | Response:  # fmt: skip
    """List tasks, newest first, page by page; as CSV or NDJSON, by `Accept`, all that match at once."""
    wanted = query.of_client(client)
    after = Cursor.decode(query.cursor, seal=wanted.seal) if query.cursor else None
    form = choose(", ".join(request.headers.getlist("Accept")), (JSON, CSV, NDJSON))
    if form != JSON:
        return stream(process, wanted, form, after=after)
    book, now = process.get(Forecasts).book, utc_now()
    with process.database.reading() as session:
        page = read_page(session, wanted, book, after=after, limit=query.limit, now=now)
    response.headers["Vary"] = "Accept"
    return TaskList.of(page)


@router.get(
    "/tasks/{task_id}",
    response_class=Response,
    responses={
        200: {"model": TaskOut, "headers": ETAG | RETRY_AFTER},
        304: {"description": "You have it already", "headers": ETAG},
        **NOT_FOUND,
    },
)
async def read_task(
    task_id: TaskId,
    _client: TaskReader,
    request: Request,
    process: ProcessDep,
    wait: Annotated[Wait, Query(description="Seconds to wait for the end, or for news")] = 0,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Show one task as it is now; while it is under way, `Retry-After` says when that may be news.

    With `wait` it is answered as soon as the task is over, and after that many seconds as it is then.
    `ETag` is its version. With `If-None-Match` a version that you have is 304, without a body; and `wait`
    then waits no longer than until there is another, whether or not that is the end.
    """
    known = Known.read(if_none_match)
    caller = await caller_of(request)
    shown = await wait_for_news(process, caller, task_id, known, seconds=wait)
    headers = {"ETag": etag(shown.version)}
    if shown.retry_after is not None:
        headers["Retry-After"] = str(shown.retry_after)
    if known.has(shown.version):
        return Response(status_code=304, headers=headers)
    return Response(shown.body, media_type="application/json", headers=headers)


@router.get("/tasks/{task_id}/timeline", responses=NOT_FOUND, response_model_exclude_none=True)
def read_timeline(
    task_id: TaskId, client: TaskReader, process: ProcessDep, session: ReadDep
) -> Timeline:
    """Show everything that happened to the task, oldest first, and why it is looked at next when it is."""
    chosen = policy(process.settings.policy, process.get(Forecasts).book)
    return Timeline(items=timeline(session, find_task(session, client, task_id), chosen))
