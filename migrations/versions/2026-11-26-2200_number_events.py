"""Events are numbered for their client, and deliveries for their endpoint, without gaps."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NUMBER = """
UPDATE {table} SET sequence = counted.number FROM (
    SELECT id, row_number() OVER (PARTITION BY {of} ORDER BY id) AS number
    FROM {table} WHERE {of} IS NOT NULL
) AS counted WHERE counted.id = {table}.id
"""
COUNT = """
INSERT INTO stream (id, last)
SELECT -client_id, max(sequence) FROM event GROUP BY client_id
UNION ALL
SELECT endpoint_id, max(sequence) FROM delivery WHERE endpoint_id IS NOT NULL GROUP BY endpoint_id
"""


def upgrade() -> None:
    """Number what there is, in the order in which it was written.

    What the release before still writes has no number, and is refused: its end is recorded by the new one.
    """
    op.create_table(
        "stream",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stream"),
    )
    op.add_column("event", sa.Column("sequence", sa.BigInteger()))
    op.add_column("delivery", sa.Column("sequence", sa.BigInteger()))
    op.execute(NUMBER.format(table="event", of="client_id"))
    op.execute(NUMBER.format(table="delivery", of="endpoint_id"))
    op.execute(COUNT)
    op.drop_index("ix_event_client_id", "event")
    with op.batch_alter_table("event") as event:
        event.alter_column("sequence", nullable=False)
        event.create_unique_constraint("uq_event_client_id_sequence", ["client_id", "sequence"])
    is_open = sa.text("state IN ('due', 'held')")
    op.create_index(
        "ix_delivery_open", "delivery", ["endpoint_id", "sequence"],
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_delivery_open", "delivery")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_column("sequence")
    with op.batch_alter_table("event") as event:
        event.drop_constraint("uq_event_client_id_sequence")
        event.drop_column("sequence")
    op.create_index("ix_event_client_id", "event", ["client_id"])
    op.drop_table("stream")
