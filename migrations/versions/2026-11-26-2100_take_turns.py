"""Deliveries take turns by place, and endpoints say how many they take at once and in a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# What goes to an endpoint is of its place. The hosts of tasks' own URLs are told apart from now on; what
# is owed to them by now shares one place for each client.
PLACES = """
UPDATE delivery SET place_id = COALESCE(
    endpoint_id, (SELECT -event.client_id FROM event WHERE event.id = delivery.event_id)
)
"""


def upgrade() -> None:
    """Apply. What the release before still inserts has no place, and is refused: it is tried again."""
    op.add_column(
        "endpoint",
        sa.Column("max_in_flight", sa.Integer(), nullable=False, server_default=sa.text("20")),
    )
    op.add_column("endpoint", sa.Column("max_per_minute", sa.Double()))
    op.add_column("endpoint", sa.Column("spent_until", sa.DateTime(timezone=True)))
    op.add_column("delivery", sa.Column("place_id", sa.BigInteger()))
    op.execute(PLACES)
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("place_id", nullable=False)
    op.drop_index("ix_delivery_due", "delivery")
    due, aloft = sa.text("state = 'due'"), sa.text("leased_until > '1970-01-02'")
    op.create_index(
        "ix_delivery_turn", "delivery", ["place_id", "attempts", "due_at", "id"],
        sqlite_where=due, postgresql_where=due,
    )  # fmt: skip
    op.create_index(
        "ix_delivery_aloft", "delivery", ["place_id"], sqlite_where=aloft, postgresql_where=aloft
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_delivery_aloft", "delivery")
    op.drop_index("ix_delivery_turn", "delivery")
    due = sa.text("state = 'due'")
    op.create_index(
        "ix_delivery_due", "delivery", ["due_at"], sqlite_where=due, postgresql_where=due
    )
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_column("place_id")
    with op.batch_alter_table("endpoint") as endpoint:
        endpoint.drop_column("spent_until")
        endpoint.drop_column("max_per_minute")
        endpoint.drop_column("max_in_flight")
