"""What a poll costs at each account, by client, where its budget is short."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add, with defaults for the release before, which knows of no prices."""
    with op.batch_alter_table("account") as account:
        account.add_column(
            sa.Column("prices", JSON, nullable=False, server_default=sa.text("'{}'"))
        )
        account.add_column(
            sa.Column("is_short", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        account.add_column(sa.Column("priced_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("account") as account:
        for name in ("priced_at", "is_short", "prices"):
            account.drop_column(name)
