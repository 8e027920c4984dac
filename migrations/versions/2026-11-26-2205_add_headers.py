"""Endpoints have headers of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add; none has any."""
    op.add_column("endpoint", sa.Column("header_names", JSON))
    op.add_column("endpoint", sa.Column("header_values", sa.Text()))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("endpoint") as endpoint:
        endpoint.drop_column("header_values")
        endpoint.drop_column("header_names")
