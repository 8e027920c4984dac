"""Polls that were begun before they had a client, a kind and a weight go on with all three."""

from datetime import datetime

from alembic import command
from sqlalchemy import MetaData, Table, select, text
from sqlalchemy.orm import Session

from app.accounts.accounts import fresh
from app.db.migrate import config, migrate
from app.db.session import Database
from app.process.cipher import Cipher
from app.tasks.models import Poll
from tests.build import NOW, SECRET_KEY, claim_polls, make_client

TASK = """
INSERT INTO task (id, client_id, upstream_id, account, kind, status, version, images, assets,
                  prompts, metadata, polls, created_at, registered_at, deadline_at)
VALUES (:id, 1, :name, 'default', 'video', 'pending', 1, '[]', '[]', '[]', '{}', 0, :now, :now, :now)
"""
POLL = """
INSERT INTO poll (task_id, account_id, due_at, leased_until, token, upstream_id, path, other_path,
                  strayed, started_at, status, deadline_at, expected_at, polls, faults, absences,
                  rejections, sight)
VALUES (:id, 1, :now, :now, 0, :name, '/v1/a', '/v1/b', false, :now, 'pending', :now, :now, 0, 0, 0,
        0, 'pending')
"""


def test_what_was_watched_before_has_its_task_s_client_and_kind(empty: Database) -> None:
    """And weighs as much as any other; what the release before still inserts is polled too."""
    command.upgrade(config(empty), "0012")
    with empty.writing() as session:
        make_client(session, Cipher(SECRET_KEY))
        make_account_of_then(session)
        insert(session, 7)

    migrate(empty)
    with empty.writing() as session:
        insert(session, 8)

    with empty.writing() as session:
        polls = session.scalars(select(Poll).order_by(Poll.task_id)).all()
        assert [(poll.client_id, poll.kind, poll.weight) for poll in polls] == [
            (1, "video", 1.0),
            (0, "image", 1.0),
        ]
        assert len(claim_polls(session, now=NOW)) == 2


def make_account_of_then(session: Session) -> None:
    """Store an account with the columns that there are at this revision."""
    account = Table("account", MetaData(), autoload_with=session.connection())
    key = Cipher(SECRET_KEY).encrypt("sk-test")
    row = fresh("default", base_url="http://127.0.0.1:9", key=key, rpm=1_000_000, now=NOW)
    # Reflected columns know nothing of our types.
    plain = {name: getattr(value, "value", value) for name, value in row.items()}
    session.execute(
        account.insert().values({c.name: plain[c.name] for c in account.c if c.name in plain})
    )


def insert(session: Session, number: int) -> None:
    """Store a task as the release before does."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    now: datetime | str = str(NOW.replace(tzinfo=None)) if is_sqlite else NOW
    for statement in (TASK, POLL):
        session.execute(text(statement), {"id": number, "name": f"vid_{number}", "now": now})
