"""The tables of the noun: the task, the narrow schedule of its polls, and the log of what was seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Id, Json, UtcDateTime, choice
from app.tasks.status import Status
from app.tasks.watch import Watch

IS_OVER = text("finished_at IS NOT NULL")
# Lists that go by the end of tasks, as the others by their beginning.
ENDS = {
    "ix_task_finished": (),
    "ix_task_finished_status": ("status",),
    "ix_task_finished_model": ("model",),
    "ix_task_finished_account": ("account",),
}


class Task(Base):
    """One task at LemonData: wide, written when it is registered, when its status moves, and at its end."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("client_id", "upstream_id"),
        CheckConstraint(
            "(finished_at IS NULL) = (status IN ('pending', 'processing'))",
            name="finished_when_terminal",
        ),
        # Each list of the history is one stretch of one of these.
        Index(None, "client_id", "created_at", "id"),
        Index(None, "client_id", "status", "created_at", "id"),
        Index(None, "client_id", "model", "created_at", "id"),
        Index(None, "client_id", "account", "created_at", "id"),
        Index(None, "client_id", "kind", "created_at", "id"),
        *(
            Index(
                name,
                "client_id",
                *by,
                "finished_at",
                "id",
                sqlite_where=IS_OVER,
                postgresql_where=IS_OVER,
            )
            for name, by in ENDS.items()
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    upstream_id: Mapped[str] = mapped_column(String(200))
    account: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(choice(Status))
    version: Mapped[int]
    images: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    assets: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    # What the create answer said of each image, for answers that do not say it again.
    prompts: Mapped[list[str | None]] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(String(2000))
    # `metadata` is SQLAlchemy's own name on a declarative class.
    labels: Mapped[dict[str, Any]] = mapped_column("metadata", Json)
    webhook_url: Mapped[str | None] = mapped_column(String(2000))
    webhook_secret: Mapped[str | None] = mapped_column(String(500))
    polls: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Whether that is when it began, or was taken for it. What was looked at at once may be of any age.
    is_dated: Mapped[bool] = mapped_column(server_default=true())
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TaskLabel(Base):
    """What of a task's metadata it is found by (see `labels`), in the order of the history.

    It refers to the task by its id and creation alone: whoever deletes tasks deletes their labels too,
    which it can compute, while a foreign key would have to be found by.
    """

    __tablename__ = "task_label"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy reads it.

    label: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    task_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Poll(Base):
    """When to look at a task again: narrow, one row per task that is still to be looked at."""

    __tablename__ = "poll"
    __table_args__ = (
        Index(None, "account_id", "claimable_at"),
        Index(
            "ix_poll_forced",
            "account_id",
            sqlite_where=text("forced_at IS NOT NULL"),
            postgresql_where=text("forced_at IS NOT NULL"),
        ),
    )

    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # The task's own; rows that the release before inserts go without.
    client_id: Mapped[int] = mapped_column(BigInteger, server_default="0")
    kind: Mapped[str] = mapped_column(String(20), server_default="image")
    weight: Mapped[float] = mapped_column(Float, server_default="1")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Where to find it among the others: not after it is due and free of a lease, perhaps before. A lease
    # that is kept from one look to the next leaves it where it is, and so no index is written.
    claimable_at: Mapped[datetime] = mapped_column(
        UtcDateTime, server_default=text("'1970-01-01 00:00:00.000000'")
    )
    # When somebody asked for a look ahead of the queue; None again once there has been one.
    forced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)
    holder: Mapped[int | None] = mapped_column(BigInteger)  # Who leased it last: see `Holder`.
    # The fencing token: raised by every claim, checked by every write that follows one.
    token: Mapped[int]
    # Asked for by its path, and answered by its id: an answer about another task is none.
    upstream_id: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(500))
    other_path: Mapped[str] = mapped_column(String(500))
    strayed: Mapped[bool]
    model: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[Status] = mapped_column(choice(Status))
    progress: Mapped[int | None]
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    polls: Mapped[int]
    faults: Mapped[int]
    absences: Mapped[int]
    absent_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejections: Mapped[int]
    rejected_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sight: Mapped[str] = mapped_column(String(200))

    @property
    def watch(self) -> Watch:
        """What this row knows, as the value that deciding works on."""
        return Watch(**{name: getattr(self, name) for name in Watch._fields})


class Holder(Base):
    """A process that holds leases: its sign of life is that `beats` rises, about once a second."""

    __tablename__ = "holder"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # By chance.
    beats: Mapped[int]


class Transition(Base):
    """One line of a task's log: what was seen for the first time, or no longer."""

    __tablename__ = "transition"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sight: Mapped[str] = mapped_column(String(200))
    status: Mapped[Status] = mapped_column(choice(Status))
    # How many polls there had been, this one included: the next line's less this is the run's length.
    polls: Mapped[int]


class OddAnswer(Base):
    """What the last odd answer about a task looked like: one row a task at most."""

    __tablename__ = "odd_answer"

    task_id: Mapped[int] = mapped_column(Id, ForeignKey("task.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    status_code: Mapped[int]
    content_type: Mapped[str | None] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
