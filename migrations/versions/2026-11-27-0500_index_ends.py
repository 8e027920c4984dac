"""Tasks that ended are found by status, model and account in the order of their ends."""

from alembic import op
from sqlalchemy import text

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_task_finished_status": ["client_id", "status", "finished_at", "id"],
    "ix_task_finished_model": ["client_id", "model", "finished_at", "id"],
    "ix_task_finished_account": ["client_id", "account", "finished_at", "id"],
}
IS_OVER = text("finished_at IS NOT NULL")


def upgrade() -> None:
    """Build beside all that goes on."""
    if op.get_context().dialect.name == "sqlite":
        build()
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # Building waits for others, and holds up nobody.
        drop()  # What an attempt that failed has left is not valid.
        build()
        op.execute("SET lock_timeout = '10s'")


def downgrade() -> None:
    """Take back."""
    if op.get_context().dialect.name == "sqlite":
        drop()
        return
    with op.get_context().autocommit_block():
        drop()


def build() -> None:
    """Make them."""
    for name, columns in INDEXES.items():
        op.create_index(
            name, "task", columns, sqlite_where=IS_OVER, postgresql_where=IS_OVER,
            postgresql_concurrently=True,
        )  # fmt: skip


def drop() -> None:
    """Drop those that there are."""
    for name in INDEXES:
        op.drop_index(name, "task", if_exists=True, postgresql_concurrently=True)
