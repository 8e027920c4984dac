"""Ended tasks and attempts are counted in sums, by client, account, kind, model and stretch of time."""

from collections import Counter, defaultdict
from datetime import timedelta
from math import ceil, log2
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

AT_ONCE = 20_000  # ids
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
QUEUE = sa.table(
    "rollup_increment", sa.column("client_id"), sa.column("at", INSTANT), sa.column("subject"),
    *map(sa.column, ("account", "kind", "model")), sa.column("sums", JSON),
)  # fmt: skip
INSTANTS = ("created_at", "registered_at", "finished_at", "not_before", "not_after")
TASK = sa.table(
    "task", *map(sa.column, ("id", "client_id", "account", "kind", "model", "status", "polls")),
    sa.column("is_dated", sa.Boolean), *(sa.column(name, INSTANT) for name in INSTANTS),
)  # fmt: skip


def upgrade() -> None:
    """Queue, by the hour, what has ended. What the release before still ends is not counted."""
    op.create_table(
        "rollup_increment",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *series(),
        sa.CheckConstraint("subject IN ('tasks', 'webhooks')", name="ck_rollup_increment_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_rollup_increment"),
    )
    op.create_table(
        "rollup",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("grain", sa.String(20), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        *series(),
        sa.CheckConstraint("grain IN ('5m', '1h', '1d', 'all')", name="ck_rollup_grain"),
        sa.CheckConstraint("subject IN ('tasks', 'webhooks')", name="ck_rollup_subject"),
        sa.PrimaryKeyConstraint("id", name="pk_rollup"),
        sa.UniqueConstraint(
            "client_id", "grain", "starts_at", "subject", "account", "kind", "model",
            name="uq_rollup_key",
        ),
    )  # fmt: skip
    fill()


def series() -> list[sa.Column[Any]]:
    """Return the columns of what is counted, and of the counts."""
    lengths = {"subject": 20, "account": 100, "kind": 20, "model": 200}
    words = [sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items()]
    return [*words, sa.Column("sums", JSON, nullable=False)]


def fill() -> None:
    """Queue what has ended: the first ring adds it up."""
    connection = op.get_bind()
    last = connection.scalar(sa.select(sa.func.max(TASK.c.id))) or 0
    hours: dict[tuple[object, ...], Counter[str]] = defaultdict(Counter)
    for after in range(0, last, AT_ONCE):
        some = TASK.c.id.between(after + 1, after + AT_ONCE)
        ended = sa.select(TASK).where(some, TASK.c.finished_at.is_not(None))
        for task in connection.execute(ended):
            hour = task.finished_at.replace(minute=0, second=0, microsecond=0)
            key = (task.client_id, hour, task.account, task.kind, task.model or "")
            hours[key].update(sums_of(task))
    names = ("client_id", "at", "account", "kind", "model")
    rows = [
        {**dict(zip(names, k, strict=True)), "subject": "tasks", "sums": s}
        for k, s in hours.items()
    ]
    for start in range(0, len(rows), 1000):
        connection.execute(sa.insert(QUEUE), rows[start : start + 1000])


def sums_of(task: sa.Row[Any]) -> dict[str, int]:
    """Count one as the service does: see app/statistics/sums.py."""
    watched = task.finished_at - task.registered_at
    sums = {
        task.status: 1,
        "polls": task.polls,
        "at_fixed": 1 + max(0, watched // timedelta(seconds=3)),
    }
    if task.status == "completed" and task.is_dated:
        sums |= timed("duration", task.finished_at - task.created_at)
    if task.status in {"completed", "failed", "cancelled"} and task.not_after:
        sums |= timed("delay", task.finished_at - (task.not_before or task.registered_at))
    return sums


def timed(name: str, time: timedelta) -> dict[str, int]:
    """Count one time by its bin, eight to an octave above a millisecond."""
    ratio = time / timedelta(milliseconds=1)
    number = min(320, ceil(8 * log2(ratio))) if ratio > 1 else 0
    return {f"{name}/{number}": 1} if ratio >= 0 else {}


def downgrade() -> None:
    """Take back."""
    op.drop_table("rollup")
    op.drop_table("rollup_increment")
