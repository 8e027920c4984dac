"""Stores tasks that are to be watched; registering one again changes nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import bindparam, select

from app.db.session import Database
from app.errors import Conflict, InvalidInput, LemonwatchError
from app.register.prepare import Key, NewTask
from app.register.store import store
from app.tasks.models import Poll, Task
from app.tasks.schemas import TaskOut
from app.tasks.show import show

Refused = TypeVar("Refused")
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


def register_each(
    database: Database, prepared: Sequence[NewTask | Refused]
) -> list[Registered | Refused]:
    """Store what could be prepared; return of each what became of it, or why it could not be."""
    became = iter(register_all(database, [one for one in prepared if isinstance(one, NewTask)]))
    return [next(became) if isinstance(one, NewTask) else one for one in prepared]


def register_all(database: Database, news: Sequence[NewTask]) -> list[Registered]:
    """Store `news`, each with its first look; return what became of each.

    The first registration wins. One that is tracked for another account is a Conflict, and one that is new
    and whose account is disabled InvalidInput: neither spoils another.
    """
    firsts: dict[Key, NewTask] = {}
    for new in news:
        if not new.is_disabled:
            firsts.setdefault(new.key, new)
    made: dict[Key, int] = {}
    tasks: dict[Key, TaskOut] = {}
    while True:
        # In the order of their keys, so that two who register the same cannot lock each other out.
        begun = store(database, [firsts[one] for one in sorted(firsts.keys() - tasks.keys())])
        made |= begun
        tasks |= {one: firsts[one].shown for one in begun}
        if others := {new.key for new in news} - tasks.keys():
            tasks |= _find(database, others)
        # What was there, and was pruned in between, is new.
        if firsts.keys() <= tasks.keys():
            return [_registered(new, tasks.get(new.key), firsts, made) for new in news]


def _find(database: Database, keys: Collection[Key]) -> Mapping[Key, TaskOut]:
    ids: defaultdict[int, list[str]] = defaultdict(list)
    for key in keys:
        ids[key.client_id].append(key.upstream_id)
    with database.reading() as session:
        return {
            Key(client, task.upstream_id): show(task, poll)
            for client, its in ids.items()
            for task, poll in session.execute(_OF_CLIENT, {"client": client, "ids": its})
        }


def _registered(
    new: NewTask, task: TaskOut | None, firsts: Mapping[Key, NewTask], made: Mapping[Key, int]
) -> Registered:
    account = new.row["account"]
    if task is None:
        return InvalidInput(f"the account {account} is disabled", pointer="/account")
    if task.account != account:
        return Conflict(f"{task.task_id} is tracked already, for the account {task.account}")
    return task, new is firsts.get(new.key) and new.key in made
