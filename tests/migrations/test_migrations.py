"""The migrations lead from nothing to exactly the models, and back."""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from alembic import command
from sqlalchemy import inspect, text

from app.db.migrate import config, is_current, migrate
from app.db.session import Database

ROOT = Path(__file__).resolve().parents[2]


def migrate_at(url: str) -> None:
    """Migrate, from a process of its own: Alembic's context is one per process."""
    database = Database(url)
    migrate(database)
    database.close()


def tables(database: Database) -> set[str]:
    """Return the names of the tables there are."""
    return set(inspect(database.engine).get_table_names())


def shape(database: Database) -> dict[str, list[object]]:
    """Return each table's columns, which of them may be null, and its indexes."""
    look = inspect(database.engine)
    return {
        table: [(column["name"], column["nullable"]) for column in look.get_columns(table)]
        + [index["name"] for index in look.get_indexes(table)]
        for table in tables(database)
    }


def test_an_empty_database_comes_to_the_head(empty: Database) -> None:
    """And knows it."""
    assert not is_current(empty)

    migrate(empty)

    assert is_current(empty)
    assert {"task", "poll", "transition", "event", "delivery", "attempt"} <= tables(empty)


def test_the_models_need_no_migration_that_is_missing(empty: Database) -> None:
    """`alembic check` finds nothing to do."""
    migrate(empty)

    command.check(config(empty))


def test_each_migration_can_be_taken_back_and_applied_again(empty: Database) -> None:
    """Down to nothing, step by step."""
    migrate(empty)
    while tables(empty) != {"alembic_version"}:
        before = shape(empty)
        command.downgrade(config(empty), "-1")
        assert shape(empty) != before

    migrate(empty)

    assert is_current(empty)


def test_two_that_migrate_at_once_wait_for_each_other(empty: Database) -> None:
    """As when two processes start after an upgrade."""
    url = empty.engine.url.render_as_string(hide_password=False)

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(migrate_at, [url, url]))

    assert is_current(empty)


def test_an_index_that_could_not_be_built_is_built_by_the_next_attempt(empty: Database) -> None:
    """What is left of it is of no use."""
    command.upgrade(config(empty), "0028")
    with empty.writing() as session:
        name = "ix_task_finished"
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"CREATE INDEX {name} ON task (id)"))

    migrate(empty)

    (found,) = [i for i in inspect(empty.engine).get_indexes("task") if i["name"] == name]
    assert found["column_names"] == ["client_id", "finished_at", "id"]


def test_alembic_knows_every_table_by_itself(empty: Database) -> None:
    """Not only because tests have imported it: what it does not know it would drop."""
    migrate(empty)
    url = empty.engine.url.render_as_string(hide_password=False)
    code = (
        "import sys; from alembic import command; from app.db.migrate import config; "
        "from app.db.session import Database; command.check(config(Database(sys.argv[1])))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
