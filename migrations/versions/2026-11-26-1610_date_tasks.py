"""Tasks say whether it is known when they began."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; what the release before has inserted is taken for dated, as it was by that release."""
    op.add_column(
        "task", sa.Column("is_dated", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("task") as task:
        task.drop_column("is_dated")
