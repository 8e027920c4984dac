"""The log of what was seen of a task."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
STATUS = (
    "status IN ('pending', 'processing', 'completed', 'failed', 'not_found', 'cancelled', "
    "'timed_out')"
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "transition",
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sight", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transition"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_transition_task_id_task"),
        sa.CheckConstraint(STATUS, name=op.f("ck_transition_status")),
    )
    op.create_index("ix_transition_task_id", "transition", ["task_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("transition")
