"""Each poll knows its client, its kind and its weight, by which polls are chosen where budget is short."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add and fill; the defaults are for the previous release, which knows none of the three."""
    op.add_column(
        "poll", sa.Column("client_id", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("poll", sa.Column("kind", sa.String(20), nullable=False, server_default="image"))
    op.add_column("poll", sa.Column("weight", sa.Float(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE poll SET client_id = (SELECT client_id FROM task WHERE task.id = poll.task_id),"
        " kind = (SELECT kind FROM task WHERE task.id = poll.task_id)"
    )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("poll") as poll:
        for name in ("client_id", "kind", "weight"):
            poll.drop_column(name)
