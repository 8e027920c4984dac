"""What a process hears of changes in others, and what it sees of them when it looks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Protocol

import psycopg
from sqlalchemy import Connection

from app.db.changes import CHANNEL, Changes, read
from app.db.session import Database
from app.waiting.look import look


class Line(Protocol):
    """What to hear by."""

    def hear(self, *, seconds: float) -> Iterator[Changes]:
        """Yield what is told for so many seconds, as it is told."""
        ...

    def look(self, subjects: Sequence[int]) -> Changes:
        """Return how far these are now."""
        ...


@contextmanager
def open_line(database: Database, *, ending: Event) -> Iterator[Line]:
    """Listen until the block ends; hearing ends at once with `ending`, where nobody else is listened to."""
    if database.engine.dialect.name != "postgresql":
        yield _Silent(database, ending)
        return
    options = {"isolation_level": "AUTOCOMMIT"}
    with database.engine.connect().execution_options(**options) as connection:
        connection.detach()  # For as long as somebody waits: the pool is for short transactions.
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        yield _Notified(connection)


class _Silent:
    """SQLite, which tells other processes nothing."""

    def __init__(self, database: Database, ending: Event) -> None:
        self._database = database
        self._ending = ending

    def hear(self, *, seconds: float) -> Iterator[Changes]:
        self._ending.wait(seconds)
        return iter(())

    def look(self, subjects: Sequence[int]) -> Changes:
        with self._database.reading() as session:
            return look(session.connection(), subjects)


class _Notified:
    """PostgreSQL. The looks are over the connection that listens, so that its death is seen by them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hear(self, *, seconds: float) -> Iterator[Changes]:
        driver = self._connection.connection.dbapi_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError("PostgreSQL is spoken to by psycopg")
        try:
            for told in driver.notifies(timeout=seconds):
                yield read(told.payload)
        except psycopg.OperationalError as error:
            raise ConnectionError(str(error)) from error

    def look(self, subjects: Sequence[int]) -> Changes:
        return look(self._connection, subjects)
