"""How Alembic reaches the database: through the engine it was handed, or the settings' own."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

from alembic import context
from sqlalchemy import Connection, text

from app.accounts import models as accounts
from app.clients import models as clients
from app.curves import models as curves
from app.db.base import Base
from app.db.session import Database
from app.endpoints import models as endpoints
from app.outbox import models as outbox
from app.process.process import Process
from app.settings import load_settings
from app.statistics import models as statistics
from app.tasks import models as tasks

# The tables are known once the modules that hold them have been imported.
TABLES = (accounts, clients, curves, endpoints, outbox, statistics, tasks)
# Any number will do, as long as it is this project's own.
ADVISORY_LOCK = 5_061_736_472


def run(database: Database) -> None:
    """Migrate: on SQLite all of it or nothing, on PostgreSQL step by step."""
    alone = _alone if database.engine.dialect.name == "postgresql" else _in_one_transaction
    with database.engine.connect() as connection, alone(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            # A step may build an index beside all that goes on, for which it must be in no transaction.
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _in_one_transaction(connection: Connection) -> Iterator[None]:
    """Have SQLite begin IMMEDIATE, and so wait for whoever else migrates."""
    with _without_foreign_keys(connection), connection.begin():
        yield


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables, as batch mode does, without taking the rows that refer to them along."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - for the type alone
    driver.execute("PRAGMA foreign_keys = OFF")  # Means nothing once a transaction is open.
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Have PostgreSQL's migrators take turns.

    Who waits asks again and again, each time in a new transaction: building an index beside all that
    goes on waits for every transaction that is open, and so for one that waits for the lock.
    """
    try:
        while not connection.scalar(text(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})")):
            connection.commit()
            sleep(0.2)
        # Rather fail than make every other query queue behind a lock that does not come.
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.commit()
        yield
    finally:
        connection.invalidate()  # With its session go the lock and the limits.


given = context.config.attributes.get("database")
run(given if isinstance(given, Database) else Process(load_settings()).database)
