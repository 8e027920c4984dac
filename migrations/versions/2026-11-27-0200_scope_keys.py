"""API keys have scopes, an end, and a last use; those from before are good for everything."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add, all of it empty."""
    op.add_column("api_key", sa.Column("scopes", _JSON, nullable=True))
    for name in ("expires_at", "revoked_at", "last_used_at"):
        op.add_column("api_key", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back: a key that was revoked is a key again, so it goes."""
    op.execute(sa.text("DELETE FROM api_key WHERE revoked_at IS NOT NULL OR scopes IS NOT NULL"))
    with op.batch_alter_table("api_key") as table:
        for name in ("scopes", "expires_at", "revoked_at", "last_used_at"):
            table.drop_column(name)
