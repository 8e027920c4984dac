"""The way in: a client hands over a task."""

from fastapi import APIRouter, Response

from app.clients.caller import ClientDep
from app.clock import utc_now
from app.register.register import Registrar, register
from app.register.schemas import RegisterTask
from app.tasks.models import Poll
from app.tasks.schemas import TaskOut
from app.tasks.show import show
from app.web.door import ProcessDep
from app.web.problems import REGISTERING

router = APIRouter(tags=["tasks"])


@router.post("/tasks", status_code=201, responses={200: {"model": TaskOut}, **REGISTERING})
def register_task(
    body: RegisterTask, client: ClientDep, process: ProcessDep, response: Response
) -> TaskOut:
    """Track a task; an id that is tracked already answers 200 with the task as it is now."""
    new = Registrar.of(process).prepare(body, client=client, now=utc_now())
    with process.database.writing() as session:
        task, is_new = register(session, new)
        shown = show(task, session.get(Poll, task.id))
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/tasks/{shown.task_id}"
    return shown
