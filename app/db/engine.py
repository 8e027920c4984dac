"""The engine: how connections are made, kept and asked for, and how a transaction begins."""

from functools import partial
from sqlite3 import Connection as SqliteConnection
from time import monotonic

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.driver import BEGIN

IDLE = 1.0  # seconds after which a connection is asked whether its server is still there
BUSY_TIMEOUT = 5.0  # seconds that a writer waits for SQLite's one write lock
READING = "lemonwatch_reading"  # An execution option: nothing will be written.
_RETURNED = "lemonwatch_returned"

# Bounds on every wait for PostgreSQL: a connection that is half dead must not hold a thread for ever.
POSTGRES = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 15_000,  # milliseconds
    # In UTC, so that the driver gives every instant the one zone that Python compares by identity.
    "options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
}


def make_engine(url: str) -> Engine:
    """Prepare an engine for `url`; nothing connects yet."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    # What the URL itself says of these goes first.
    asked = dict(make_url(url).query)
    arguments = {name: value for name, value in POSTGRES.items() if name not in asked}
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT} if sqlite else arguments,
        # One over the size is closed as soon as it is given back, and to connect anew takes longer than
        # what most are used for. Those within it stay: an API, a worker and a beat together keep well
        # below the hundred that PostgreSQL allows as it comes.
        pool_size=20,
        max_overflow=30,
        # An error's text goes to logs, and parameters hold webhook URLs, bodies and secrets.
        hide_parameters=True,
    )
    if sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_return)
        event.listen(engine, "checkout", partial(_ping_if_idle, engine.dialect))
    return engine


def _note_return(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_RETURNED] = monotonic()


def _ping_if_idle(
    dialect: Dialect, connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object
) -> None:
    """Have the pool connect anew where the server has gone since; a new one is not asked.

    `pool_pre_ping` asks each time: for a worker, which takes a connection dozens of times a second,
    that is one statement more in each transaction of two or three.
    """
    returned = entry.info.get(_RETURNED)
    if returned is not None and monotonic() - returned > IDLE:
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            # With it all that were opened before, and the pool tries again with a new one.
            raise InvalidatePoolError from error


def _set_up_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # Left alone, Python's driver opens a transaction only before INSERT, UPDATE, DELETE and REPLACE:
    # a claim, which begins with WITH, would commit by itself and survive a rollback.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL waits for the disk at each commit: what was answered with 201 survives a power cut too.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reads else BEGIN)
