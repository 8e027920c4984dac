"""How far a client's events were pruned is remembered, and those that concern no task are found by age."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the index beside all that goes on; nothing was pruned so far."""
    if op.get_context().dialect.name == "sqlite":
        build()
    else:
        with op.get_context().autocommit_block():
            op.execute("SET lock_timeout = 0")  # Building waits for others, and holds up nobody.
            # What an attempt that failed has left is not valid.
            op.drop_index("ix_event_apart", "event", if_exists=True, postgresql_concurrently=True)
            build()
            op.execute("SET lock_timeout = '10s'")
    op.add_column(
        "stream", sa.Column("pruned", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("stream", sa.Column("pruned_id", sa.String(40)))


def build() -> None:
    """Make the index."""
    where = sa.text("task_id IS NULL")
    op.create_index(
        "ix_event_apart", "event", ["created_at", "id"], sqlite_where=where, postgresql_where=where,
        postgresql_concurrently=True,
    )  # fmt: skip


def downgrade() -> None:
    """Take back. What was pruned is not there again, and who reads on is not told so any more."""
    with op.batch_alter_table("stream") as stream:
        stream.drop_column("pruned_id")
        stream.drop_column("pruned")
    op.drop_index("ix_event_apart", "event")
