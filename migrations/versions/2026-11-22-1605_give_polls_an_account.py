"""Each poll belongs to an account, has a second path to try, and may outlive its task's deadline."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime(timezone=True)
_ADDED = (
    "account_id", "other_path", "strayed", "progress", "ended_at", "forced_at", "rejections",
    "rejected_since",
)  # fmt: skip
LEMONDATA = "https://api.lemondata.cc"


def upgrade() -> None:
    """Add, fill, enforce: polls that were begun before belong to `default`, as all tasks did."""
    with op.batch_alter_table("poll") as poll:
        poll.add_column(sa.Column("account_id", ID, nullable=True))
        poll.add_column(sa.Column("other_path", sa.String(500), nullable=True))
        poll.add_column(sa.Column("strayed", sa.Boolean(), nullable=True))
        poll.add_column(sa.Column("progress", sa.Integer(), nullable=True))
        poll.add_column(sa.Column("ended_at", INSTANT, nullable=True))
        poll.add_column(sa.Column("forced_at", INSTANT, nullable=True))
        poll.add_column(sa.Column("rejections", sa.Integer(), nullable=True))
        poll.add_column(sa.Column("rejected_since", INSTANT, nullable=True))
    _fill()
    with op.batch_alter_table("poll") as poll:
        poll.alter_column("account_id", existing_type=ID, nullable=False)
        poll.alter_column("other_path", existing_type=sa.String(500), nullable=False)
        poll.alter_column("rejections", existing_type=sa.Integer(), nullable=False)
        poll.alter_column("strayed", existing_type=sa.Boolean(), nullable=False)
        poll.create_foreign_key("fk_poll_account_id_account", "account", ["account_id"], ["id"])
        poll.drop_index("ix_poll_due_at")
        poll.create_index("ix_poll_account_id_due_at", ["account_id", "due_at"])
        poll.create_index(
            "ix_poll_forced",
            ["account_id"],
            sqlite_where=sa.text("forced_at IS NOT NULL"),
            postgresql_where=sa.text("forced_at IS NOT NULL"),
        )


def downgrade() -> None:
    """Take back; tasks that are only watched late are watched no more."""
    op.execute("DELETE FROM poll WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("poll") as poll:
        poll.drop_index("ix_poll_forced")
        poll.drop_index("ix_poll_account_id_due_at")
        poll.create_index("ix_poll_due_at", ["due_at"])
        poll.drop_constraint("fk_poll_account_id_account", type_="foreignkey")
        for name in _ADDED:
            poll.drop_column(name)


def _fill() -> None:
    polls, account = sa.table("poll"), _account()
    if op.get_bind().scalar(sa.select(sa.func.count()).select_from(polls)):
        op.bulk_insert(account, [_default(datetime.now(UTC))])
    op.execute(
        "UPDATE poll SET account_id = (SELECT id FROM account WHERE name = 'default'),"
        " strayed = false, rejections = 0, other_path = CASE path WHEN '/v1/tasks/' || upstream_id"
        " THEN '/v1/images/generations/' || upstream_id ELSE '/v1/tasks/' || upstream_id END"
    )


def _account() -> sa.Table:
    """The table as 0009 made it."""
    return sa.Table("account", sa.MetaData(), autoload_with=op.get_bind())


def _default(now: datetime) -> dict[str, object]:
    """The account as a start without a key makes it; the next start with one takes it over."""
    since_ever = datetime(1970, 1, 1, tzinfo=UTC)
    return {
        "name": "default", "base_url": LEMONDATA, "key": None, "rpm": 1000, "epoch": 0,
        "environment": None, "created_at": now, "spent_until": since_ever, "minute_at": now,
        "used": 0, "used_before": 0, "state": "broken", "why": "it has no key", "since": now,
        "failures": 0, "denials": 0, "limited_until": since_ever, "peak": 0.0, "peak_at": since_ever,
        "canary_at": None, "heard": None, "heard_at": None, "paused_until": since_ever,
        "learnt": None, "learnt_at": since_ever, "ceiling": None, "ramp_from": since_ever,
        "requests": 0, "limits": 0, "outages": 0, "worked_at": since_ever,
    }  # fmt: skip
