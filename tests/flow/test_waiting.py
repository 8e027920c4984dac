"""Who waits for news is woken by it, wherever it is recorded, and in the end by a look."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, text, update

from app.db.session import Database
from app.outbox.announce import announce
from app.outbox.subject import of_events, of_task
from app.process.process import Process
from app.settings import Settings
from app.tasks.models import Task
from app.tasks.status import Status
from app.waiting.waiting import Waiting
from tests.build import CLIENT, NOW, make_task

SOON = 20.0  # seconds; what takes as long as this has failed


@pytest.fixture
def task_id(database: Database) -> int:
    """A task of version 1."""
    with database.writing() as session:
        return make_task(session).id


@pytest.fixture
def never_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting that looks once, at its beginning: what wakes after that is told."""
    monkeypatch.setattr("app.waiting.waiting.LOOK_EVERY", 10 * SOON)


@pytest.fixture
def other(settings: Settings) -> Iterator[Process]:
    """Another process on the same database."""
    other = Process(settings)
    yield other
    other.close()


def end(database: Database, task_id: int) -> None:
    """Have the task be over, as recording does."""
    with database.writing() as session:
        task = session.get_one(Task, task_id)
        task.version, task.status, task.finished_at = task.version + 1, Status.FAILED, NOW
        session.flush()
        announce(session, [task], now=NOW)


def during_wait(
    process: Process, subject: int, act: Callable[[], None], *, seconds: float = SOON
) -> bool:
    """Wait for the subject to rise above 1, and act once the wait has had its first look."""
    waiting, looked = process.get(Waiting), Event()

    def see(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "UNION" in statement:
            looked.set()

    event.listen(process.database.engine, "after_cursor_execute", see)
    with ThreadPoolExecutor(1) as pool:
        woken = pool.submit(asyncio.run, waiting.wait(subject, 1, seconds=seconds))
        assert looked.wait(SOON)
        act()
        return woken.result()


@pytest.mark.usefixtures("never_looking")
def test_what_this_process_records_wakes(process: Process, task_id: int) -> None:
    """Without a look."""
    assert during_wait(process, of_task(task_id), lambda: end(process.database, task_id))


@pytest.mark.usefixtures("never_looking")
def test_what_another_process_records_wakes_where_the_database_tells(
    process: Process, other: Process, task_id: int
) -> None:
    """PostgreSQL does; on SQLite the next look sees it."""
    on_postgres = process.database.engine.dialect.name == "postgresql"
    seconds = SOON if on_postgres else 0.5

    woken = during_wait(
        process, of_task(task_id), lambda: end(other.database, task_id), seconds=seconds
    )

    assert woken is on_postgres


@pytest.mark.usefixtures("never_looking")
def test_the_event_that_tells_of_an_end_wakes_too(process: Process, task_id: int) -> None:
    """Who waits for the events of the client."""
    end(process.database, task_id)

    assert during_wait(process, of_events(CLIENT), lambda: end(process.database, task_id))


def test_what_is_told_to_nobody_is_seen_by_a_look(process: Process, task_id: int) -> None:
    """As a notification would be that was lost."""

    def act() -> None:
        with process.database.writing() as session:
            session.execute(update(Task).values(version=2))

    assert during_wait(process, of_task(task_id), act)


@pytest.mark.usefixtures("never_looking")
def test_what_is_rolled_back_is_told_to_nobody(
    process: Process, other: Process, task_id: int
) -> None:
    """In this process or in another."""

    def act() -> None:
        for one in (process, other):
            with pytest.raises(ZeroDivisionError), one.database.writing() as session:
                task = session.get_one(Task, task_id)
                task.version = 2
                announce(session, [task], now=NOW)
                raise ZeroDivisionError

    assert not during_wait(process, of_task(task_id), act, seconds=1)


@pytest.mark.usefixtures("never_looking")
def test_what_was_told_before_the_wait_began_ends_it(process: Process, task_id: int) -> None:
    """It came between reading what was before and waiting for more."""
    during_wait(process, of_events(CLIENT), lambda: end(process.database, task_id), seconds=0.5)

    assert asyncio.run(process.get(Waiting).wait(of_task(task_id), 1, seconds=SOON))


def test_a_connection_that_is_lost_is_made_anew(process: Process, task_id: int) -> None:
    """And what was told meanwhile is seen."""
    if process.database.engine.dialect.name != "postgresql":
        return  # There is none.
    listening = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def act() -> None:
        with process.database.reading() as session:
            assert session.scalars(listening).all()
        end(process.database, task_id)

    assert during_wait(process, of_task(task_id), act)


def test_all_who_wait_are_woken_when_nobody_is_to_wait_any_more(
    process: Process, task_id: int
) -> None:
    """And whoever comes then does not wait."""
    waiting = process.get(Waiting)

    assert not during_wait(process, of_task(task_id), waiting.stop)
    assert not asyncio.run(waiting.wait(of_task(task_id), 1, seconds=SOON))
    assert not waiting.count


def test_what_the_tables_no_longer_say_is_forgotten(process: Process, task_id: int) -> None:
    """SQLite gives the row of a task that was pruned to another, which begins again."""
    waiting = process.get(Waiting)
    asyncio.run(waiting.wait(of_task(task_id), 1, seconds=0.01))
    waiting.hear({of_task(task_id): 7})
    assert asyncio.run(waiting.wait(of_task(task_id), 1, seconds=0.01))

    waiting.forget(of_task(task_id))

    assert not asyncio.run(waiting.wait(of_task(task_id), 1, seconds=0.01))
