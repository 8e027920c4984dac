"""Stores tasks that are to be watched; registering one again changes nothing."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from app.db.session import Database
from app.errors import Conflict, InvalidInput, LemonwatchError
from app.register.prepare import NewTask
from app.register.store import store
from app.tasks.models import Poll, Task
from app.tasks.schemas import TaskOut
from app.tasks.show import show

# A task and whether it is new, or why it is not tracked.
Registered = tuple[TaskOut, bool] | LemonwatchError

_OF_CLIENT = (
    select(Task, Poll)
    .outerjoin(Poll, Poll.task_id == Task.id)
    .where(
        Task.client_id == bindparam("client"),
        Task.upstream_id.in_(bindparam("ids", expanding=True)),
    )
)


def register(database: Database, new: NewTask) -> tuple[TaskOut, bool]:
    """Store `new` with its first look; return the task, and whether it was new.

    The first registration wins. Raises Conflict when the task is tracked for another account, and
    InvalidInput when it is new and its account is disabled.
    """
    (registered,) = register_all(database, [new])
    if isinstance(registered, LemonwatchError):
        raise registered
    return registered


def register_all(database: Database, news: Sequence[NewTask]) -> list[Registered]:
    """Store all of `news`, which are one client's, as `register` does one; return what became of each.

    What is raised there is returned here: one that cannot be tracked spoils no other.
    """
    firsts: dict[str, NewTask] = {}
    for new in news:
        if not new.is_disabled:
            firsts.setdefault(new.upstream_id, new)
    made: dict[str, int] = {}
    tasks: dict[str, TaskOut] = {}
    while True:
        # In the order of their ids, so that two who register the same cannot lock each other out.
        begun = store(database, [firsts[one] for one in sorted(firsts.keys() - tasks.keys())])
        made |= begun
        tasks |= {one: firsts[one].shown for one in begun}
        if others := {new.upstream_id for new in news} - tasks.keys():
            of = {"client": news[0].client_id, "ids": sorted(others)}
            with database.reading() as session:
                found = session.execute(_OF_CLIENT, of)
                tasks |= {task.upstream_id: show(task, poll) for task, poll in found}
        # What was there, and was pruned in between, is new.
        if firsts.keys() <= tasks.keys():
            return [_registered(new, tasks.get(new.upstream_id), firsts, made) for new in news]


def _registered(
    new: NewTask, task: TaskOut | None, firsts: Mapping[str, NewTask], made: Mapping[str, int]
) -> Registered:
    account = new.row["account"]
    if task is None:
        return InvalidInput(f"the account {account} is disabled", pointer="/account")
    if task.account != account:
        return Conflict(f"{task.task_id} is tracked already, for the account {task.account}")
    return task, new is firsts.get(new.upstream_id) and new.upstream_id in made
