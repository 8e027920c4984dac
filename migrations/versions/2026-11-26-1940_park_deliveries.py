"""Endpoints can be deleted, and what an endpoint is still owed is found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; none is deleted yet."""
    op.add_column("endpoint", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    is_held = sa.text("state = 'held'")
    op.create_index(
        "ix_delivery_held", "delivery", ["endpoint_id", "id"],
        sqlite_where=is_held, postgresql_where=is_held,
    )  # fmt: skip


def downgrade() -> None:
    """Take back: what was deleted would be sent to again, and so is disabled."""
    op.execute("UPDATE endpoint SET state = 'disabled' WHERE deleted_at IS NOT NULL")
    op.drop_index("ix_delivery_held", "delivery")
    with op.batch_alter_table("endpoint") as endpoint:
        endpoint.drop_column("deleted_at")
