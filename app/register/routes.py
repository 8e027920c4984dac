"""The way in: a client hands over a task."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from app.accounts.payer import find_payer
from app.clients.caller import ClaimRoute, TaskWriter, TaskWriterClaim
from app.clock import utc_now
from app.outbox.bell import Bell
from app.register.again import look_again
from app.register.batch import Batch, BatchOut, prepare_all, store_all
from app.register.cancel import cancel
from app.register.desk import Desk
from app.register.prepare import Registrar
from app.register.schemas import RegisterTask
from app.tasks.models import Poll
from app.tasks.schemas import TaskOut
from app.tasks.show import show
from app.web.door import ProcessDep, process_of
from app.web.problems import CONFLICT, NOT_FOUND
from app.web.words import LOCATION

router = APIRouter(tags=["tasks"], route_class=ClaimRoute)

TaskId = Annotated[str, Path(max_length=200, description="LemonData's id of the task")]


@router.post(
    "/tasks",
    status_code=201,
    response_model=TaskOut,
    responses=CONFLICT
    | {
        200: {"model": TaskOut, "description": "It was tracked already", "headers": LOCATION},
        201: {"description": "It is tracked from now on", "headers": LOCATION},
    },
)
async def register_task(body: RegisterTask, claim: TaskWriterClaim, request: Request) -> Response:
    """Track a task; an id that is tracked already answers 200 with the task as it is now."""
    shown, is_new = await process_of(request).get(Desk).register(body, claim)
    headers = {"Location": f"/v1/tasks/{shown.task_id}"}
    return _json(shown, status=201 if is_new else 200, headers=headers)


@router.post("/tasks/batch", response_model=BatchOut)
def register_tasks(body: Batch, client: TaskWriter, process: ProcessDep) -> Response:
    """Track up to 1,000 tasks at once; the answer says of each what became of it, in the order sent."""
    payer = cache(partial(find_payer, process.database))
    prepared = prepare_all(Registrar.of(process), body, payer, client=client, now=utc_now())
    return _json(BatchOut(items=store_all(process.database, prepared)))


@router.delete("/tasks/{task_id}", responses={**NOT_FOUND, **CONFLICT})
def cancel_task(task_id: TaskId, client: TaskWriter, process: ProcessDep) -> TaskOut:
    """Stop watching a task, which is `cancelled` then; at LemonData it goes on."""
    with process.database.writing() as session:
        shown = show(cancel(session, client, task_id, now=utc_now()))
    process.get(Bell).ring()
    return shown


@router.post("/tasks/{task_id}/poll", status_code=202, responses={**NOT_FOUND, **CONFLICT})
def poll_task(task_id: TaskId, client: TaskWriter, process: ProcessDep) -> TaskOut:
    """Look at the task now, ahead of the queue; also after its deadline, for one that finished late."""
    with process.database.writing() as session:
        task = look_again(session, client, task_id, now=utc_now())
        return show(task, session.get(Poll, task.id))


def _json(
    shown: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer it as it is: FastAPI would check it against its own schema first, on the event loop."""
    return Response(shown.model_dump_json(), status, headers, media_type="application/json")
