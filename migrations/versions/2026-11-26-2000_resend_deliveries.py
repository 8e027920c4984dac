"""Deliveries keep where they go back to when sending them once more fails, and attempts that they were so."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add; nothing is being sent once more."""
    op.add_column("delivery", sa.Column("back_to", sa.String(20)))
    op.add_column("delivery", sa.Column("back_due_at", sa.DateTime(timezone=True)))
    op.add_column(
        "attempt", sa.Column("is_resend", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take back: what is being sent once more goes back to where it was."""
    op.execute(
        "UPDATE delivery SET state = back_to, due_at = back_due_at WHERE back_to IS NOT NULL"
    )
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_column("is_resend")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_column("back_due_at")
        delivery.drop_column("back_to")
