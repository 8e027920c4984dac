"""What is done past SQLAlchemy is what it would have been, and harms nobody after it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, literal_column, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.clients.models import Client
from app.clock import EPOCH
from app.db.ready import Ready
from app.db.session import Database
from app.db.sheet import written
from app.tasks.models import Poll, Task
from tests.build import NOW, make_task

OF_TASK = Ready(
    lambda _: select(Task.id, Task.labels, Task.status, Task.created_at, Task.finished_at).where(
        Task.upstream_id == bindparam("name")
    )
)


def test_values_are_as_the_columns_have_them(database: Database) -> None:
    with database.writing() as session:
        task = make_task(session)
        task.labels = {"a": [1, None]}
        session.flush()
        name, wanted = task.upstream_id, (task.id, task.labels, task.status, task.created_at, None)

    assert database.look_up(OF_TASK, {"name": name}) == wanted
    assert database.look_up(OF_TASK, {"name": "another"}) is None


def test_what_was_committed_before_is_seen_at_once(database: Database) -> None:
    with database.writing() as session:
        name = make_task(session).upstream_id
    versions = Ready(lambda _: select(Task.version).where(Task.upstream_id == bindparam("name")))

    seen = []
    for version in (5, 6):
        with database.writing() as session:
            session.execute(text("UPDATE task SET version = :v"), {"v": version})
        seen.append(database.look_up(versions, {"name": name}))

    assert seen == [(5,), (6,)]


def test_who_writes_after_it_on_the_same_connection_can_still_roll_back(database: Database) -> None:
    with database.writing() as session:
        task = make_task(session, due_at=NOW)
    database.look_up(OF_TASK, {"name": task.upstream_id})

    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.execute(text("UPDATE poll SET token = 99"))
        raise ZeroDivisionError

    with database.reading() as session:
        assert session.get_one(Poll, task.id).token == 0


def test_what_fails_is_told_as_sqlalchemy_tells_it_and_leaves_no_connection_behind(
    database: Database,
) -> None:
    wrong: Any = Ready(lambda _: select(literal_column("nothing_of_that_name")))

    for _ in range(60):  # More than there are connections.
        with pytest.raises(DBAPIError):
            database.look_up(wrong, {})

    assert database.look_up(OF_TASK, {"name": "another"}) is None


VALUES = {"id": 7, "name": "a client", "webhook_secret": "s", "created_at": written(EPOCH)}
INSERT = Ready(lambda _: insert(Client).values({name: bindparam(name) for name in VALUES}))


def is_stored(database: Database) -> bool:
    with database.reading() as session:
        return session.get(Client, VALUES["id"]) is not None


def test_a_transaction_past_sqlalchemy_is_committed_at_its_end(database: Database) -> None:
    with database.driving() as driver:
        assert driver.run(INSERT, VALUES) == ()
        assert not is_stored(database)

    assert is_stored(database)


def test_a_statement_alone_is_its_transaction(database: Database) -> None:
    database.write_alone(INSERT, VALUES)

    assert is_stored(database)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_an_error_of_anybody_undoes_the_whole_transaction(
    database: Database, error: type[BaseException]
) -> None:
    with pytest.raises(error), database.driving() as driver:
        driver.run(INSERT, VALUES)
        raise error

    assert not is_stored(database)


def test_what_is_refused_is_told_as_sqlalchemy_tells_it_and_undoes_the_whole_transaction(
    database: Database,
) -> None:
    """Without what it was about: an error's text goes to logs."""
    for _ in range(60):  # More than there are connections.
        with pytest.raises(IntegrityError) as raised, database.driving() as driver:
            driver.run(INSERT, VALUES)
            driver.run(INSERT, VALUES | {"name": "secret"})
        assert "secret" not in str(raised.value)

    assert not is_stored(database)
    database.write_alone(INSERT, VALUES)
    with pytest.raises(IntegrityError):
        database.write_alone(INSERT, VALUES)


def test_a_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    """As the API answers 503 to."""
    nowhere = Database(f"sqlite:///{tmp_path}/none/at/all.db")

    with pytest.raises(OperationalError):
        nowhere.write_alone(INSERT, VALUES)
    with pytest.raises(OperationalError), nowhere.driving():
        raise AssertionError


def test_who_writes_past_sqlalchemy_waits_for_who_writes_through_it(database: Database) -> None:
    """Neither fails, and nothing is lost."""
    with database.writing() as session:
        make_task(session)
    counting = Ready(lambda _: update(Task).values(version=Task.version + 1))

    def count(number: int) -> None:
        if number % 2:
            database.write_alone(counting, {})
            return
        with database.writing() as session:
            session.execute(text("UPDATE task SET version = version + 1"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))

    with database.reading() as session:
        assert session.scalars(select(Task.version)).one() == 41


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_went_fails_one_and_not_each_that_was_connected(database: Database) -> None:
    """What was connected before it went goes with the first that finds out; a look-up is tried again."""
    connections = [database.engine.raw_connection() for _ in range(8)]
    for connection in connections:
        connection.close()
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def went() -> None:
        url = database.engine.url.render_as_string(hide_password=False)
        with closing(Database(url)) as other, other.writing() as session:
            session.execute(end_all)

    went()
    with pytest.raises(OperationalError):
        database.write_alone(INSERT, VALUES)
    database.write_alone(INSERT, VALUES)
    went()
    assert database.look_up(OF_TASK, {"name": "another"}) is None
