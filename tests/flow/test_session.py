"""Transactions keep their promises on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db.engine import IDLE
from app.db.session import Database
from app.tasks.models import Poll
from tests.build import NOW, SECOND, make_task
from tests.servers.postgres import PostgresServer, connect


def test_a_statement_that_begins_with_with_is_rolled_back(database: Database) -> None:
    """Python's sqlite3, left alone, would commit it at once."""
    with database.writing() as session:
        task = make_task(session)
    raised = text(
        "WITH due AS (SELECT task_id FROM poll) "
        "UPDATE poll SET token = 99 WHERE task_id IN (SELECT task_id FROM due)"
    )

    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.execute(raised)
        raise ZeroDivisionError

    with database.reading() as session:
        assert session.get_one(Poll, task.id).token == 0


def test_a_time_comes_back_as_the_instant_that_was_stored(database: Database) -> None:
    """Whatever zone it was given in."""
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    with database.writing() as session:
        task = make_task(session, due_at=tokyo)

    with database.reading() as session:
        found = session.scalars(select(Poll.due_at).where(Poll.task_id == task.id)).one()

    assert found == NOW
    assert found.utcoffset() == timedelta()


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    """It would mean another instant on another machine."""
    with pytest.raises(Exception, match="without a zone"), database.writing() as session:
        make_task(session, due_at=NOW.replace(tzinfo=None))


def test_a_writer_that_waits_in_vain_is_told_so_and_takes_no_turn_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The writer that is at work goes on alone, and is followed by the next."""
    for who in ("session", "engine"):
        monkeypatch.setattr(f"app.db.{who}.BUSY_TIMEOUT", 0.05)
    database = Database(f"sqlite:///{tmp_path}/turns.db")
    made, two = text("CREATE TABLE one (n INTEGER)"), text("INSERT INTO one VALUES (2)")

    def write() -> None:
        with database.writing() as session:
            session.execute(two)

    with ThreadPoolExecutor(1) as other:
        with database.writing() as session:
            session.execute(made)
            for _ in range(2):
                with pytest.raises(OperationalError, match="locked"):
                    other.submit(write).result()
        other.submit(write).result()

    with database.reading() as session:
        assert session.scalars(text("SELECT n FROM one")).all() == [2]
    database.close()


def test_writers_that_read_first_wait_for_each_other(database: Database) -> None:
    """None is turned away as "locked", and no update is lost."""
    with database.writing() as session:
        task = make_task(session)

    def raise_token(_: int) -> None:
        with database.writing() as session:
            token = select(Poll.token).where(Poll.task_id == task.id).with_for_update()
            session.execute(update(Poll).values(token=session.scalars(token).one() + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(raise_token, range(80)))

    with database.reading() as session:
        assert session.get_one(Poll, task.id).token == 80


def test_an_error_of_the_database_holds_no_parameters(database: Database) -> None:
    """Its text goes to the log, and a webhook's URL may be a secret."""
    with pytest.raises(IntegrityError) as failed, database.writing() as session:
        make_task(session, webhook_url="https://hooks.example/SECRET")
        make_task(session, webhook_url="https://hooks.example/SECRET")

    assert "hidden" in str(failed.value)
    assert "SECRET" not in str(failed.value)


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    """A long record must not hold up those who look at the history."""
    with database.writing() as session:
        make_task(session)
    with database.writing() as writer:
        writer.execute(update(Poll).values(due_at=NOW + SECOND))

        with database.reading() as reader:
            seen = reader.scalars(select(Poll.due_at)).one()

    assert seen == NOW


def test_a_reader_writes_nothing_of_what_becomes_of_its_objects(database: Database) -> None:
    """Also where it goes on to read."""
    with database.writing() as session:
        task = make_task(session)

    with database.reading() as reader:
        reader.get_one(Poll, task.id).token = 99
        reader.scalars(select(Poll.due_at)).one()

    with database.reading() as reader:
        assert reader.get_one(Poll, task.id).token == 0


def test_what_is_prepared_on_a_connection_outlives_a_reader(
    postgres_server: PostgresServer, postgres_template: str
) -> None:
    """PostgreSQL need not plan again what is asked for ten times a second."""
    url = postgres_server.create_database(template=postgres_template)
    database = Database(url)
    for _ in range(10):
        with database.reading() as session:
            session.scalars(select(Poll.due_at).where(Poll.task_id == 1)).all()

    with database.reading() as session:
        found = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()

    assert any("poll" in statement for statement in found)
    database.close()
    postgres_server.drop_database(url)


def test_a_connection_that_was_idle_while_the_server_went_is_opened_anew(
    postgres_server: PostgresServer, postgres_template: str
) -> None:
    """Nobody who asks after a pause finds a dead one."""
    url = postgres_server.create_database(template=postgres_template)
    database = Database(url)
    with database.reading() as first, database.reading() as second:
        pids = [each.scalar(text("SELECT pg_backend_pid()")) for each in (first, second)]
    with connect(url) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [pids])

    sleep(IDLE + 0.1)
    with database.reading() as third:
        found = third.scalar(text("SELECT pg_backend_pid()"))

    assert found not in pids
    database.close()
    postgres_server.drop_database(url)
