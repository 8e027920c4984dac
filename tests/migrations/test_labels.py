"""What was registered before tasks had labels is found by its metadata all the same."""

import json

from alembic import command
from sqlalchemy import select, text

from app.db.migrate import config, migrate
from app.db.session import Database
from app.process.cipher import Cipher
from app.tasks.labels import labels_of
from app.tasks.models import TaskLabel
from tests.build import NOW, SECRET_KEY, make_client

TASK = """
INSERT INTO task (id, client_id, upstream_id, account, kind, status, version, images, assets,
                  prompts, metadata, polls, created_at, registered_at, deadline_at)
VALUES (:id, 1, :id, 'default', 'video', 'pending', 1, '[]', '[]', '[]', :metadata, 0, :now, :now, :now)
"""
METADATA = {
    "order": 7, "Größe": "😀", "flag": True, "none": None, "half": -0.5, "empty": "", "": '\\ "quoted"',
    "in": {"a": "b"}, "list": ["x"], "long": "x" * 3000, "large": 12345678901234567890,
}  # fmt: skip


def test_labels_of_what_was_there_are_those_that_registering_writes(empty: Database) -> None:
    """Also far apart in the table."""
    command.upgrade(config(empty), "0030")
    with empty.writing() as session:
        make_client(session, Cipher(SECRET_KEY))
        now = str(NOW.replace(tzinfo=None)) if session.get_bind().dialect.name == "sqlite" else NOW
        for id_, metadata in (("7", METADATA), ("50000", {"k": "v"}), ("50001", {})):
            values = {"id": id_, "metadata": json.dumps(metadata), "now": now}
            session.execute(
                text(TASK.replace(":id", f"{id_}", 1).replace(":id", f"'{id_}'")), values
            )

    migrate(empty)

    with empty.reading() as session:
        rows = session.execute(select(TaskLabel.task_id, TaskLabel.label, TaskLabel.created_at))
        found = {(row.task_id, row.label) for row in rows if row.created_at == NOW}
    assert found == {(7, label) for label in labels_of(1, METADATA)} | {
        (50000, label) for label in labels_of(1, {"k": "v"})
    }
