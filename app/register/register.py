"""Stores a task that is to be watched; registering it again changes nothing."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.clients.webhook_secret import key_of
from app.clock import EPOCH
from app.curves.forecasts import Forecasts
from app.db.insert import insert_new
from app.endpoints.guard import Guard
from app.errors import Conflict, InvalidInput, LemonwatchError
from app.process.cipher import Cipher
from app.process.process import Process
from app.register.first_look import first_look
from app.register.schemas import RegisterTask
from app.schedule.policies import policy
from app.schedule.policy import Policy
from app.tasks.labels import labels_of
from app.tasks.models import Poll, Task, TaskLabel, Transition
from app.tasks.status import Status
from app.upstream.paths import Kind, kind_of, path_of, paths_to

DEADLINES = {Kind.IMAGE: timedelta(seconds=300)}
LONG = timedelta(seconds=1800)  # For every other kind.
_LABELS = insert(TaskLabel)


@dataclass(frozen=True, slots=True)
class Registrar:
    """What registering goes by."""

    deadline: timedelta | None
    guard: Guard
    cipher: Cipher
    policy: Policy
    _good: set[str] = field(default_factory=set)  # URLs: many tasks have the same.

    @classmethod
    def of(cls, process: Process) -> Self:
        """Register as the settings of `process` say."""
        settings = process.settings
        return cls(
            deadline=settings.deadline, guard=Guard.of(settings), cipher=process.cipher,
            policy=policy(settings.policy, process.get(Forecasts).book),
        )  # fmt: skip

    def prepare(
        self, body: RegisterTask, *, client: int, account: Account | None, now: datetime
    ) -> "NewTask":
        """Check `body` and turn it into rows, before any transaction is open.

        Raises InvalidInput for an account, a poll_url, a webhook_url or a secret that cannot be used.
        """
        if account is None:
            raise InvalidInput(f"there is no account named {body.account}", pointer="/account")
        named = body.poll_url and path_of(body.poll_url, of=body.task_id, base_url=account.base_url)
        kind = body.kind or body.hinted_kind or kind_of(body.task_id, named)
        path, other_path = paths_to(kind, body.task_id, named=named)
        created_at = now if body.created is None else datetime.fromtimestamp(body.created, UTC)
        task = {
            "client_id": client, "upstream_id": body.task_id, "account": body.account,
            "kind": kind, "model": body.model, "status": Status.PENDING, "version": 1,
            "images": [], "assets": [], "prompts": [image.revised_prompt for image in body.data],
            "metadata": body.metadata, "webhook_url": self._checked(body),
            "webhook_secret": self._encrypted(body), "polls": 0, "registered_at": now,
            # Their clock may run ahead of ours; no task is younger than nothing.
            "created_at": min(created_at, now),
            "deadline_at": now + self._deadline(body, kind),
        }  # fmt: skip
        is_disabled = account.state is AccountState.DISABLED
        due_at = first_look(
            self.policy,
            account,
            task,
            weight=body.priority,
            is_dated=body.created is not None,
            now=now,
        )
        task["is_dated"] = body.created is not None or due_at > now
        labels = labels_of(client, body.metadata)
        return NewTask(
            task, account.id, is_disabled, path, other_path, body.priority, due_at, labels
        )

    def _deadline(self, body: RegisterTask, kind: Kind) -> timedelta:
        if body.deadline_seconds is not None:
            return timedelta(seconds=body.deadline_seconds)
        return self.deadline or DEADLINES.get(kind, LONG)

    def _checked(self, body: RegisterTask) -> str | None:
        if body.webhook_url is not None and body.webhook_url not in self._good:
            self.guard.check_input(body.webhook_url, pointer="/webhook_url")
            self._good.add(body.webhook_url)
        return body.webhook_url

    def _encrypted(self, body: RegisterTask) -> str | None:
        if body.webhook_secret is None:
            return None
        key_of(body.webhook_secret)
        return self.cipher.encrypt(body.webhook_secret)


@dataclass(frozen=True, slots=True)
class NewTask:
    """The row of a task that may be new, and where to ask for it."""

    task: dict[str, Any]
    account_id: int
    is_disabled: bool
    path: str
    other_path: str
    weight: float
    due_at: datetime
    labels: Collection[int]

    @property
    def upstream_id(self) -> str:
        """LemonData's id of the task."""
        upstream_id: str = self.task["upstream_id"]
        return upstream_id


# A task and whether it is new, or why it is not tracked.
Registered = tuple[Task, bool] | LemonwatchError

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
    made = insert_new(
        session, Task, [new.task for new in wanted], unique=[Task.client_id, Task.upstream_id]
    )
    ids = [new.upstream_id for new in news]
    of = {"client": news[0].task["client_id"], "ids": ids} if news else {}
    tasks = {one.upstream_id: one for one in session.scalars(_OF_CLIENT, of)} if news else {}
    is_new = set(made)
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
