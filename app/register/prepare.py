"""Checks a task that is to be watched, and turns it into rows, before any transaction is open."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.clients.webhook_secret import key_of
from app.curves.forecasts import Forecasts
from app.endpoints.guard import Guard
from app.errors import InvalidInput
from app.process.cipher import Cipher
from app.process.process import Process
from app.register.first_look import first_look
from app.register.schemas import RegisterTask
from app.schedule.policies import policy
from app.schedule.policy import Policy
from app.tasks.labels import labels_of
from app.tasks.status import Status
from app.upstream.paths import Kind, kind_of, path_of, paths_to

DEADLINES = {Kind.IMAGE: timedelta(seconds=300)}
LONG = timedelta(seconds=1800)  # For every other kind.


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
