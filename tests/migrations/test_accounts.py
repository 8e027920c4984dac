"""What was tracked before there were accounts goes on with the account `default`."""

from alembic import command
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.environment import ensure_default_account
from app.accounts.models import Account
from app.db.migrate import config, migrate
from app.db.session import Database
from app.process.cipher import Cipher
from app.settings import Settings
from app.tasks.models import Poll, Task
from tests.build import NOW, SECRET_KEY, claim_polls, make_client

TASK = """
INSERT INTO task (id, client_id, upstream_id, account, kind, status, version, images, prompts,
                  metadata, polls, created_at, registered_at, deadline_at)
VALUES (7, 1, 'img_1', 'default', 'image', 'pending', 1, '[]', '[]', '{}', 2, :now, :now, :now)
"""
POLL = """
INSERT INTO poll (task_id, due_at, leased_until, token, upstream_id, path, started_at, status,
                  deadline_at, expected_at, polls, faults, absences, sight)
VALUES (7, :now, :now, 3, 'img_1', '/v1/images/generations/img_1', :now, 'pending',
        :now, :now, 2, 0, 0, 'pending')
"""


def test_a_task_that_was_watched_before_is_watched_on(empty: Database) -> None:
    """Its poll gets the account `default`, which the next start gives its key."""
    command.upgrade(config(empty), "0008")
    cipher = Cipher(SECRET_KEY)
    settings = Settings(LEMONDATA_API_KEY=SecretStr("sk-test"), secret_key=SecretStr(SECRET_KEY))
    with empty.writing() as session:
        make_client(session, cipher)
        _insert(session)

    migrate(empty)
    with empty.writing() as session:
        ensure_default_account(session, settings, cipher, now=NOW)

    with empty.writing() as session:
        task = session.scalars(select(Task)).one()
        poll = session.scalars(select(Poll)).one()
        account = session.scalars(select(Account)).one()
        assert (task.assets, poll.account_id, account.name) == ([], account.id, "default")
        assert (poll.other_path, poll.strayed, poll.ended_at) == ("/v1/tasks/img_1", False, None)
        (claim,) = claim_polls(session, now=NOW)
        assert (claim.token, claim.access.key.get_secret_value()) == (4, "sk-test")


def test_going_back_keeps_the_task_and_its_poll(empty: Database) -> None:
    """Only what the earlier schema has no place for is given up."""
    migrate(empty)
    command.downgrade(config(empty), "0008")
    with empty.writing() as session:
        make_client(session, Cipher(SECRET_KEY))
        _insert(session)
    migrate(empty)

    command.downgrade(config(empty), "0008")

    with empty.reading() as session:
        assert session.execute(text("SELECT token, polls FROM poll")).one() == (3, 2)


def _insert(session: Session) -> None:
    now = NOW.replace(tzinfo=None) if session.get_bind().dialect.name == "sqlite" else NOW
    for statement in (TASK, POLL):
        session.execute(text(statement), {"now": str(now) if now.tzinfo is None else now})
