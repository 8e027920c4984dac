"""Recoveries: deliveries that are sent again, by time and state."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply. What an endpoint was sent is found in its order, and what is asked for by itself."""
    op.create_table(
        "recovery",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("states", JSON, nullable=False),
        sa.Column("types", JSON),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("finished_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_recovery"),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoint.id"], name="fk_recovery_endpoint_id_endpoint"
        ),
        sa.UniqueConstraint("public_id", name="uq_recovery_public_id"),
        sa.CheckConstraint(
            "state IN ('running', 'completed', 'cancelled')", name=op.f("ck_recovery_recoverystate")
        ),
    )
    op.create_index("ix_recovery_endpoint_id", "recovery", ["endpoint_id"])
    is_running = sa.text("state = 'running'")
    op.create_index(
        "ix_recovery_running", "recovery", ["endpoint_id"], unique=True,
        sqlite_where=is_running, postgresql_where=is_running,
    )  # fmt: skip
    op.drop_index("ix_delivery_endpoint_id", "delivery")
    op.create_index("ix_delivery_endpoint_id", "delivery", ["endpoint_id", "id"])
    is_asked = sa.text("back_to IS NOT NULL")
    op.create_index(
        "ix_delivery_asked", "delivery", ["due_at"],
        sqlite_where=is_asked, postgresql_where=is_asked,
    )  # fmt: skip


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_delivery_asked", "delivery")
    op.drop_index("ix_delivery_endpoint_id", "delivery")
    op.create_index("ix_delivery_endpoint_id", "delivery", ["endpoint_id"])
    op.drop_table("recovery")
