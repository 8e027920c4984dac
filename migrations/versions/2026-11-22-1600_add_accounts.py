"""LemonData accounts: the key, the budget, and what answers have shown of each."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATE = sa.Enum(
    "ok", "broken", "down", "disabled",
    name="accountstate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("base_url", sa.String(500), nullable=False),
        sa.Column("key", sa.String(1000), nullable=True),
        sa.Column("rpm", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("environment", sa.String(64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("spent_until", INSTANT, nullable=False),
        sa.Column("minute_at", INSTANT, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("used_before", sa.Integer(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("why", sa.String(200), nullable=True),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("denials", sa.Integer(), nullable=False),
        sa.Column("worked_at", INSTANT, nullable=False),
        sa.Column("canary_at", INSTANT, nullable=True),
        sa.Column("heard", sa.String(200), nullable=True),
        sa.Column("heard_at", INSTANT, nullable=True),
        sa.Column("paused_until", INSTANT, nullable=False),
        sa.Column("limited_until", INSTANT, nullable=False),
        sa.Column("peak", sa.Float(), nullable=False),
        sa.Column("peak_at", INSTANT, nullable=False),
        sa.Column("learnt", sa.Float(), nullable=True),
        sa.Column("learnt_at", INSTANT, nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.Column("ramp_from", INSTANT, nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("limits", sa.Integer(), nullable=False),
        sa.Column("outages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("account")
