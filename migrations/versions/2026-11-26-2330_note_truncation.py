"""Attempts say whether what was answered goes on after what is kept of it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; of what was answered before, it is not known."""
    op.add_column(
        "attempt",
        sa.Column("is_truncated", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_column("is_truncated")
