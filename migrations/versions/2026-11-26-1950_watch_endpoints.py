"""Endpoints keep what came of attempts since the last that they took."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; of what came before nothing is known."""
    op.add_column(
        "endpoint", sa.Column("failures", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("endpoint", sa.Column("failing_since", sa.DateTime(timezone=True)))
    op.add_column("endpoint", sa.Column("last_failure", sa.String(300)))
    op.add_column("endpoint", sa.Column("warned", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("endpoint") as endpoint:
        for name in ("warned", "last_failure", "failing_since", "failures"):
            endpoint.drop_column(name)
