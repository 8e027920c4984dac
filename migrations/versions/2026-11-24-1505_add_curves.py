"""The sums of what was seen, of each model and of each kind as a whole."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "curve",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("ended", JSON, nullable=False),
        sa.Column("exposed", JSON, nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_at", INSTANT, nullable=False),
        sa.Column("taken", sa.Float(), nullable=False),
        sa.Column("off", sa.Float(), nullable=False),
        sa.Column("latest", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_curve"),
        sa.UniqueConstraint("kind", "model", name="uq_curve_kind_model"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("curve")
