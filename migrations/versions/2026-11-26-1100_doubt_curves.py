"""Curves hold how much the latest ends speak for tasks having become faster."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; of what the release before inserts, nothing is doubted."""
    op.add_column("curve", sa.Column("doubt", sa.Float(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("curve") as curve:
        curve.drop_column("doubt")
