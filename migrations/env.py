"""How Alembic reaches the database: through the engine it was handed, or the settings' own."""

from collections.abc import Iterator
from contextlib import contextmanager

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
from app.tasks import models as tasks

# The tables are known once the modules that hold them have been imported.
TABLES = (accounts, clients, curves, endpoints, outbox, tasks)
# Any number will do, as long as it is this project's own.
ADVISORY_LOCK = 5_061_736_472


def run(database: Database) -> None:
    """Migrate in one transaction: all of it or nothing."""
    engine = database.engine
    with engine.connect() as connection, _without_foreign_keys(connection), connection.begin():
        _wait_for_others(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        context.run_migrations()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables, as batch mode does, without taking the rows that refer to them along."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - for the type alone
    driver.execute("PRAGMA foreign_keys = OFF")  # Means nothing once a transaction is open.
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _wait_for_others(connection: Connection) -> None:
    # SQLite has begun IMMEDIATE and so waits already.
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        # Rather fail than make every other query queue behind a lock that does not come.
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))


given = context.config.attributes.get("database")
run(given if isinstance(given, Database) else Process(load_settings()).database)
