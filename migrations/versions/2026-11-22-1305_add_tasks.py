"""The task: wide, and kept as history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")
STATUS = (
    "status IN ('pending', 'processing', 'completed', 'failed', 'not_found', 'cancelled', "
    "'timed_out')"
)
FINISHED = "(finished_at IS NULL) = (status IN ('pending', 'processing'))"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "task",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("upstream_id", sa.String(200), nullable=False),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("model", sa.String(200), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("images", JSON, nullable=False),
        sa.Column("prompts", JSON, nullable=False),
        sa.Column("error", sa.String(2000), nullable=True),
        sa.Column("metadata", JSON, nullable=False),
        sa.Column("webhook_url", sa.String(2000), nullable=True),
        sa.Column("webhook_secret", sa.String(500), nullable=True),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_task_client_id_client"),
        sa.UniqueConstraint("client_id", "upstream_id", name="uq_task_client_id_upstream_id"),
        sa.CheckConstraint(STATUS, name=op.f("ck_task_status")),
        sa.CheckConstraint(FINISHED, name=op.f("ck_task_finished_when_terminal")),
    )
    op.create_index(
        "ix_task_client_id_registered_at_id", "task", ["client_id", "registered_at", "id"]
    )
    op.create_index(
        "ix_task_client_id_status_registered_at_id",
        "task",
        ["client_id", "status", "registered_at", "id"],
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("task")
