"""What each event owes to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("endpoint_id", ID, nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_delivery_event_id_event"),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoint.id"], name="fk_delivery_endpoint_id_endpoint"
        ),
        sa.UniqueConstraint("public_id", name="uq_delivery_public_id"),
        sa.UniqueConstraint("event_id", "endpoint_id", name="uq_delivery_event_id_endpoint_id"),
        sa.CheckConstraint(
            "state IN ('due', 'delivered', 'held', 'given_up')",
            name=op.f("ck_delivery_deliverystate"),
        ),
    )
    op.create_index("ix_delivery_endpoint_id", "delivery", ["endpoint_id"])
    due = sa.text("state = 'due'")
    op.create_index(
        "ix_delivery_due", "delivery", ["due_at"], sqlite_where=due, postgresql_where=due
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("delivery")
