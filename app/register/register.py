"""Stores a task that is to be watched; registering it again changes nothing."""

from collections.abc import Container, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.insert import insert_new
from app.errors import Conflict, InvalidInput, LemonwatchError
from app.register.prepare import NewTask
from app.tasks.models import Poll, Task, TaskLabel, Transition

# A task and whether it is new, or why it is not tracked.
Registered = tuple[Task, bool] | LemonwatchError

_LABELS = insert(TaskLabel)
_OF_CLIENT = select(Task).where(
    Task.client_id == bindparam("client"), Task.upstream_id.in_(bindparam("ids", expanding=True))
)


def register(session: Session, new: NewTask) -> tuple[Task, bool]:
    """Store `new` with its first look; return the task, and whether it was new.

    The first registration wins. Raises Conflict when the task is tracked for another account, and
    InvalidInput when it is new and its account is disabled.
    """
    (registered,) = register_all(session, [new])
    if isinstance(registered, LemonwatchError):
        raise registered
    return registered


def register_all(session: Session, news: Sequence[NewTask]) -> list[Registered]:
    """Store all of `news`, which are one client's, as `register` does one; return what became of each.

    What is raised there is returned here: one that cannot be tracked spoils no other.
    """
    firsts: dict[str, NewTask] = {}
    for new in news:
        if not new.is_disabled:
            firsts.setdefault(new.upstream_id, new)
    # In the order of their ids, so that two who register the same cannot lock each other out.
    wanted = [firsts[one] for one in sorted(firsts)]
    tasks, is_new = _made(session, news, wanted) if news else ({}, set())
    begun = [
        (tasks[new.upstream_id].id, new) for new in wanted if tasks[new.upstream_id].id in is_new
    ]
    if begun:
        session.execute(insert(Poll), [_watch(task_id, new) for task_id, new in begun])
        session.execute(insert(Transition), [_line(task_id, new) for task_id, new in begun])
        if labels := [row for task_id, new in begun for row in _labels(task_id, new)]:
            session.execute(_LABELS, labels)
    return [
        _registered(new, tasks.get(new.upstream_id), firsts.get(new.upstream_id), is_new)
        for new in news
    ]


def _made(
    session: Session, news: Sequence[NewTask], wanted: Sequence[NewTask]
) -> tuple[dict[str, Task], set[int]]:
    """Insert those of `wanted` that are new; return all tasks of `news`, and the ids of the new ones."""
    of = {"client": news[0].task["client_id"], "ids": [new.upstream_id for new in news]}
    unique = [Task.client_id, Task.upstream_id]
    made: set[int] = set()
    missing = wanted
    while True:
        made.update(insert_new(session, Task, [new.task for new in missing], unique=unique))
        tasks = {one.upstream_id: one for one in session.scalars(_OF_CLIENT, of)}
        # What was there, and was pruned in between, is new.
        missing = [new for new in wanted if new.upstream_id not in tasks]
        if not missing:
            return tasks, made


def _registered(
    new: NewTask, task: Task | None, first: NewTask | None, made: Container[int]
) -> Registered:
    account = new.task["account"]
    if task is None:
        return InvalidInput(f"the account {account} is disabled", pointer="/account")
    if task.account != account:
        return Conflict(f"{task.upstream_id} is tracked already, for the account {task.account}")
    return task, new is first and task.id in made


def _watch(task_id: int, new: NewTask) -> dict[str, Any]:
    task = new.task
    return {
        "task_id": task_id, "account_id": new.account_id, "client_id": task["client_id"],
        "kind": task["kind"], "weight": new.weight, "due_at": new.due_at, "claimable_at": new.due_at,
        "leased_until": EPOCH, "token": 0, "upstream_id": new.upstream_id, "path": new.path,
        "other_path": new.other_path, "strayed": False, "model": task["model"],
        "started_at": task["created_at"], "status": task["status"], "progress": None,
        "ended_at": None, "deadline_at": task["deadline_at"], "expected_at": new.due_at,
        "seen_at": None, "polls": 0, "faults": 0, "absences": 0, "absent_since": None,
        "rejections": 0, "rejected_since": None, "sight": "registered",
    }  # fmt: skip


def _line(task_id: int, new: NewTask) -> dict[str, Any]:
    task = new.task
    return {
        "task_id": task_id, "at": task["registered_at"], "sight": "registered",
        "status": task["status"], "polls": 0,
    }  # fmt: skip


def _labels(task_id: int, new: NewTask) -> list[dict[str, Any]]:
    at = new.task["created_at"]
    return [{"label": label, "created_at": at, "task_id": task_id} for label in new.labels]
