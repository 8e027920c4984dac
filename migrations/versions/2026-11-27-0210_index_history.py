"""Tasks are listed by when they were created, or when they finished, and found so by each filter."""

from alembic import op
from sqlalchemy import text

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BEFORE = {
    "ix_task_client_id_registered_at_id": ["client_id", "registered_at", "id"],
    "ix_task_client_id_status_registered_at_id": ["client_id", "status", "registered_at", "id"],
}
NOW = {
    "ix_task_client_id_created_at_id": ["client_id", "created_at", "id"],
    "ix_task_client_id_status_created_at_id": ["client_id", "status", "created_at", "id"],
    "ix_task_client_id_model_created_at_id": ["client_id", "model", "created_at", "id"],
    "ix_task_client_id_account_created_at_id": ["client_id", "account", "created_at", "id"],
    "ix_task_client_id_kind_created_at_id": ["client_id", "kind", "created_at", "id"],
    "ix_task_finished": ["client_id", "finished_at", "id"],
}


def upgrade() -> None:
    """Build beside all that goes on. The release before lists long histories more slowly from then on."""
    exchange(old=BEFORE, new=NOW)


def downgrade() -> None:
    """Take back."""
    exchange(old=NOW, new=BEFORE)


def exchange(*, old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    """Build the new indexes, then drop the old ones."""
    if op.get_context().dialect.name == "sqlite":
        build(new)
        drop(old)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # Building waits for others, and holds up nobody.
        drop(new)  # What an attempt that failed has left is not valid.
        build(new)
        op.execute("SET lock_timeout = '10s'")
        drop(old)


def build(indexes: dict[str, list[str]]) -> None:
    """Make indexes of the table of tasks."""
    for name, columns in indexes.items():
        where = text("finished_at IS NOT NULL") if name == "ix_task_finished" else None
        op.create_index(
            name, "task", columns, sqlite_where=where, postgresql_where=where,
            postgresql_concurrently=True,
        )  # fmt: skip


def drop(indexes: dict[str, list[str]]) -> None:
    """Drop those that there are."""
    for name in indexes:
        op.drop_index(name, "task", if_exists=True, postgresql_concurrently=True)
