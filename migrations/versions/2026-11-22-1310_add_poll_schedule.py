"""When to look at a task again: one narrow row for each that is still watched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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
        "poll",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("upstream_id", sa.String(200), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("model", sa.String(200), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.Column("absent_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sight", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name="pk_poll"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_poll_task_id_task"),
        sa.CheckConstraint(STATUS, name=op.f("ck_poll_status")),
    )
    op.create_index("ix_poll_due_at", "poll", ["due_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("poll")
