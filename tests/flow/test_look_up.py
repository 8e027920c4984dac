"""What is looked up past SQLAlchemy is what it would have been, and harms nobody after it."""

from typing import Any

import pytest
from sqlalchemy import bindparam, literal_column, select, text
from sqlalchemy.exc import DBAPIError

from app.db.ready import Ready
from app.db.session import Database
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
