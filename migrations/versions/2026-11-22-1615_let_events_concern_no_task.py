"""An event about an account concerns no task."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("event") as event:
        event.alter_column("task_id", existing_type=ID, nullable=True)
        event.alter_column("version", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Take back; the schema before has no place for events that concern no task."""
    # What refers to something goes before it.
    op.execute(
        "DELETE FROM attempt WHERE delivery_id IN"
        " (SELECT d.id FROM delivery d JOIN event e ON e.id = d.event_id WHERE e.task_id IS NULL)"
    )
    op.execute(
        "DELETE FROM delivery WHERE event_id IN (SELECT id FROM event WHERE task_id IS NULL)"
    )
    op.execute("DELETE FROM event WHERE task_id IS NULL")
    with op.batch_alter_table("event") as event:
        event.alter_column("task_id", existing_type=ID, nullable=False)
        event.alter_column("version", existing_type=sa.Integer(), nullable=False)
