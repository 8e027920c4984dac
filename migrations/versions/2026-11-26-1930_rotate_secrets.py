"""Endpoints keep the secret before, and until when it signs too."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; no endpoint has one yet."""
    op.add_column("endpoint", sa.Column("secret_before", sa.String(500)))
    op.add_column("endpoint", sa.Column("secret_before_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take back: what is still verified with a secret before is not any more."""
    with op.batch_alter_table("endpoint") as endpoint:
        endpoint.drop_column("secret_before_until")
        endpoint.drop_column("secret_before")
