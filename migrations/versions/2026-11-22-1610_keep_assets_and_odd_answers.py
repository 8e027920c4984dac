"""What kinds other than images yield, and what the last odd answer about a task looked like."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply: the tasks there are have yielded images alone."""
    op.add_column("task", sa.Column("assets", JSON, nullable=True))
    op.execute("UPDATE task SET assets = '[]'")
    with op.batch_alter_table("task") as task:
        task.alter_column("assets", existing_type=JSON, nullable=False)
    op.create_table(
        "odd_answer",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name="pk_odd_answer"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_odd_answer_task_id_task"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("odd_answer")
    with op.batch_alter_table("task") as task:
        task.drop_column("assets")
