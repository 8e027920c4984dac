"""Registers many tasks at once: one bad item spoils no other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.accounts.payer import FindPayer
from app.db.session import Database
from app.errors import LemonwatchError
from app.register.prepare import NewTask, Registrar
from app.register.register import Registered, register_each
from app.register.schemas import RegisterTask
from app.tasks.schemas import TaskOut
from app.web.problem import Problem
from app.web.problems import invalid, problem_of

MOST = 1000


class Batch(BaseModel):
    """Tasks to track, each as `POST /v1/tasks` takes it."""

    model_config = ConfigDict(extra="forbid")

    tasks: Annotated[list[Any], Field(min_length=1, max_length=MOST)]


class Tracked(BaseModel):
    """An item that is tracked: 201 where it is new, 200 where it was tracked before."""

    task_id: str
    status: Literal[200, 201]
    task: TaskOut


class Refused(BaseModel):
    """An item that is not tracked; `error` is what it would have been answered alone.

    Its pointers lead into the body of the whole request.
    """

    task_id: str | None
    status: Literal[422] = 422
    error: Problem


class BatchOut(BaseModel):
    """What became of each item, in the order sent."""

    items: list[Tracked | Refused]


# Of each item what it takes to store it, or the answer already.
Prepared = NewTask | Refused


def prepare_all(
    registrar: Registrar, batch: Batch, payer: FindPayer, *, client: int, now: datetime
) -> list[Prepared]:  # fmt: skip
    """Check every item, before any transaction is open."""

    def prepared(place: int, item: Any) -> Prepared:
        try:
            body = RegisterTask.model_validate(item)
            registrar.check(body)
            account = payer(body.account)
            return registrar.prepare(body, client=client, account=account, now=now)
        except ValidationError as error:
            found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
            return _refused(item, invalid(found, at=f"/tasks/{place}"))
        except LemonwatchError as error:
            return _refused(item, problem_of(error, at=f"/tasks/{place}"))

    return [prepared(place, item) for place, item in enumerate(batch.tasks)]


def store_all(database: Database, prepared: Sequence[Prepared]) -> list[Tracked | Refused]:
    """Store what can be stored, all in one transaction; return what became of each item."""
    registered = register_each(database, prepared)
    return [
        _shown(place, one, before)
        for place, (before, one) in enumerate(zip(prepared, registered, strict=True))
    ]


def _shown(place: int, one: Registered | Refused, before: Prepared) -> Tracked | Refused:
    match one:
        case Refused():
            return one
        case LemonwatchError():
            task_id = before.key.upstream_id if isinstance(before, NewTask) else None
            return Refused(task_id=task_id, error=problem_of(one, at=f"/tasks/{place}"))
        case task, is_new:
            return Tracked(task_id=task.task_id, status=201 if is_new else 200, task=task)


def _refused(item: Any, problem: Problem) -> Refused:
    said = item.get("task_id", item.get("id")) if isinstance(item, dict) else None
    return Refused(task_id=said if isinstance(said, str) else None, error=problem)
