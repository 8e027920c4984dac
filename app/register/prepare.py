"""Checks a task that is to be watched, and turns it into rows, before any transaction is open."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from pydantic_core import to_json

from app.accounts.models import Account
from app.accounts.payer import Payer
from app.accounts.state import AccountState
from app.clients.webhook_secret import key_of
from app.curves.forecasts import Forecasts
from app.db.sheet import written
from app.endpoints.guard import Guard
from app.errors import InvalidInput
from app.process.cipher import Cipher
from app.process.process import Process
from app.register.first_look import first_look
from app.register.schemas import RegisterTask
from app.schedule.policies import policy
from app.schedule.policy import Policy
from app.tasks.labels import labels_of
from app.tasks.schemas import Detected, TaskOut
from app.tasks.status import Status
from app.tasks.tokens import first_token
from app.upstream.paths import Kind, kind_of, path_of, paths_to

DEADLINES = {Kind.IMAGE: timedelta(seconds=300)}
LONG = timedelta(seconds=1800)  # For every other kind.
_NOT_YET = Detected(not_before=None, not_after=None)


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

    def check(self, body: RegisterTask) -> None:
        """Raise InvalidInput where its webhook_url cannot be sent to; that may take a look at the network."""
        url = body.webhook_url
        if url is not None and url not in self._good:
            self.guard.check_input(url, pointer="/webhook_url")
            self._good.add(url)

    def prepare(
        self, body: RegisterTask, *, client: int, account: Account | Payer | None, now: datetime
    ) -> "NewTask":
        """Turn `body`, once it has been checked, into rows, before any transaction is open.

        Raises InvalidInput for an account, a poll_url or a secret that cannot be used.
        """
        if account is None:
            raise InvalidInput(f"there is no account named {body.account}", pointer="/account")
        named = body.poll_url and path_of(body.poll_url, of=body.task_id, base_url=account.base_url)
        kind = body.kind or body.hinted_kind or kind_of(body.task_id, named)
        path, other_path = paths_to(kind, body.task_id, named=named)
        created_at = now if body.created is None else datetime.fromtimestamp(body.created, UTC)
        # Their clock may run ahead of ours; no task is younger than nothing.
        created_at, deadline_at = min(created_at, now), now + self._deadline(body, kind)
        is_dated = body.created is not None
        due_at = first_look(
            self.policy, account, upstream_id=body.task_id, client=client, kind=kind,
            model=body.model, created_at=created_at, deadline_at=deadline_at,
            weight=body.priority, is_dated=is_dated, now=now,
        )  # fmt: skip
        row = {
            "client_id": client, "upstream_id": body.task_id, "account": body.account,
            "account_id": account.id, "kind": kind.value, "model": body.model, "weight": body.priority,
            "path": path, "other_path": other_path, "metadata": _json(body.metadata),
            "prompts": _json([one.revised_prompt for one in body.data]),
            "webhook_url": body.webhook_url, "webhook_secret": self._encrypted(body),
            "registered_at": written(now), "created_at": written(created_at),
            "is_dated": is_dated or due_at > now, "due_at": written(due_at),
            "deadline_at": written(deadline_at), "token": first_token(now),
        }  # fmt: skip
        is_disabled = account.state is AccountState.DISABLED
        return NewTask(
            key=Key(client, body.task_id), row=row, is_disabled=is_disabled, metadata=body.metadata,
            labels=labels_of(client, body.metadata), registered_at=now, created_at=created_at,
            due_at=due_at, deadline_at=deadline_at,
        )  # fmt: skip

    def _deadline(self, body: RegisterTask, kind: Kind) -> timedelta:
        if body.deadline_seconds is not None:
            return timedelta(seconds=body.deadline_seconds)
        return self.deadline or DEADLINES.get(kind, LONG)

    def _encrypted(self, body: RegisterTask) -> str | None:
        if body.webhook_secret is None:
            return None
        key_of(body.webhook_secret)
        return self.cipher.encrypt(body.webhook_secret)


def _json(value: Any) -> str:
    return to_json(value).decode()


class Key(NamedTuple):
    """Whose task, and which of theirs."""

    client_id: int
    upstream_id: str


class NewTask(NamedTuple):
    """A task that may be new: what is stored of it, by column, and how it is shown if it is."""

    key: Key  # What no other task has.
    row: dict[str, Any]  # As a `Sheet` takes it.
    is_disabled: bool
    metadata: dict[str, Any]
    labels: Collection[int]
    registered_at: datetime
    created_at: datetime
    due_at: datetime
    deadline_at: datetime

    @property
    def shown(self) -> TaskOut:
        """The task as it is shown when it has just been stored, without reading it back."""
        row = self.row
        return TaskOut(
            task_id=row["upstream_id"], status=Status.PENDING, version=1, kind=row["kind"],
            model=row["model"], account=row["account"], images=[], assets=[], error=None,
            progress=None, metadata=self.metadata, created_at=self.created_at,
            registered_at=self.registered_at, finished_at=None, detected=_NOT_YET, polls=0,
            next_poll_at=self.due_at, deadline_at=self.deadline_at,
        )  # fmt: skip
