"""Tasks are found by their metadata."""

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

AT_ONCE = 20_000  # ids
LABEL = sa.table("task_label", *map(sa.column, ("label", "created_at", "task_id")))
# As the service counts labels: see app/tasks/labels.py.
FILL = """
INSERT INTO task_label (label, created_at, task_id)
SELECT DISTINCT ('x' || encode(substr(sha256(
           convert_to(client_id::text, 'UTF8') || decode('00', 'hex') || convert_to(key, 'UTF8')
           || decode('00', 'hex') || convert_to(
               CASE jsonb_typeof(value) WHEN 'string' THEN value #>> '{}' ELSE value::text END, 'UTF8'
           )), 1, 8), 'hex'))::bit(64)::bigint, created_at, id
FROM task, jsonb_each(metadata)
WHERE id > :after AND id <= :until AND jsonb_typeof(value) NOT IN ('object', 'array')
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Fill it for what there is. What the release before still registers is not found by its metadata."""
    is_sqlite = op.get_context().dialect.name == "sqlite"
    op.create_table(
        "task_label",
        sa.Column("label", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("label", "created_at", "task_id", name="pk_task_label"),
        sqlite_with_rowid=False,
    )
    if is_sqlite:
        fill_one_by_one()
        return
    with op.get_context().autocommit_block():
        last = op.get_bind().scalar(sa.text("SELECT coalesce(max(id), 0) FROM task"))
        for after in range(0, last, AT_ONCE):
            op.get_bind().execute(sa.text(FILL), {"after": after, "until": after + AT_ONCE})


def fill_one_by_one() -> None:
    """Fill it in SQLite, which has no digests."""
    of = sa.text("SELECT id, client_id, created_at, metadata FROM task WHERE metadata <> '{}'")
    for id_, client, created_at, metadata in op.get_bind().execute(of).all():
        labels = {
            label(client, key, value if isinstance(value, str) else json.dumps(value))
            for key, value in json.loads(metadata).items()
            if not isinstance(value, dict | list)
        }
        rows = [{"label": one, "created_at": created_at, "task_id": id_} for one in labels]
        if rows:
            op.get_bind().execute(sa.insert(LABEL), rows)


def label(client: int, key: str, text: str) -> int:
    """Return the first 64 bits of a digest."""
    digest = sha256(f"{client}\0{key}\0{text}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def downgrade() -> None:
    """Take back."""
    op.drop_table("task_label")
