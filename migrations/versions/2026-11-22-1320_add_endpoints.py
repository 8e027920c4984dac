"""Where clients want their webhooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(JSONB, "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "endpoint",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("description", sa.String(500), nullable=True),
        sa.Column("events", JSON, nullable=False),
        sa.Column("secret", sa.String(500), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("disabled_reason", sa.String(500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_endpoint"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_endpoint_client_id_client"),
        sa.UniqueConstraint("public_id", name="uq_endpoint_public_id"),
        sa.CheckConstraint(
            "state IN ('enabled', 'failing', 'disabled')", name=op.f("ck_endpoint_endpointstate")
        ),
    )
    op.create_index("ix_endpoint_client_id", "endpoint", ["client_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("endpoint")
