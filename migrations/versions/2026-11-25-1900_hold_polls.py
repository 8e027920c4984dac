"""A lease may be kept from one look to the next: polls are found by when they may be claimed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SINCE_EVER = "'1970-01-01 00:00:00.000000'"


def upgrade() -> None:
    """Add and fill; what the release before inserts, which knows of neither column, is found at once."""
    op.create_table(
        "holder",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holder"),
    )
    op.add_column(
        "poll",
        sa.Column("claimable_at", INSTANT, nullable=False, server_default=sa.text(SINCE_EVER)),
    )
    op.add_column("poll", sa.Column("holder", sa.BigInteger(), nullable=True))
    op.execute("UPDATE poll SET claimable_at = due_at")
    op.drop_index("ix_poll_account_id_due_at", "poll")
    op.create_index("ix_poll_account_id_claimable_at", "poll", ["account_id", "claimable_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_poll_account_id_claimable_at", "poll")
    op.create_index("ix_poll_account_id_due_at", "poll", ["account_id", "due_at"])
    with op.batch_alter_table("poll") as poll:
        poll.drop_column("holder")
        poll.drop_column("claimable_at")
    op.drop_table("holder")
