"""What happened, in the bytes that are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_event_client_id_client"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_event_task_id_task"),
        sa.UniqueConstraint("public_id", name="uq_event_public_id"),
        sa.UniqueConstraint("task_id", "version", name="uq_event_task_id_version"),
    )
    op.create_index("ix_event_client_id", "event", ["client_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("event")
