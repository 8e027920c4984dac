"""Statements handed to the database's driver itself, past SQLAlchemy: for what each request does.

Of the CPU that a transaction of few small statements takes, SQLAlchemy's share is the greater part.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError, StatementError

from app.db.ready import Ready
from app.db.sheet import bind

Row = Sequence[Any]


class LookUp(Protocol):
    """What runs statements that only read, each of them all its transaction."""

    @property
    def on_postgres(self) -> bool:
        """Whether that is PostgreSQL, and not SQLite."""
        ...

    def look_up(self, statement: Ready, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the first row."""
        ...

    def look_up_all(
        self, statement: Ready, values: Mapping[str, Any]
    ) -> Sequence[tuple[Any, ...]]:  # fmt: skip
        """Return all rows, as SQLAlchemy would."""
        ...


class Driver:
    """A connection of the driver's, while it is lent."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        """Run statements on `connection`, which has no transaction open."""
        self._connection = connection
        self._dialect = dialect
        self.on_postgres = dialect.name == "postgresql"

    def run(self, statement: Ready, values: Mapping[str, Any]) -> Sequence[Row]:
        """Return the statement's rows, if it has any, with values as the driver gives them."""
        text = statement.text(self._dialect)
        done = self._connection.execute(text.sql, text.parameters(values))
        rows: Sequence[Row] = done.fetchall() if text.converts else ()
        return rows

    def run_rows(self, statement: Ready, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement that reads a `Sheet`, and returns nothing, for all of these rows."""
        if self.on_postgres:
            self.run(statement, bind(rows))
        else:
            text = statement.text(self._dialect)
            self._connection.executemany(text.sql, map(text.parameters, rows))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a transaction to write in, which is committed at the end; after an error it is left open."""
        if not self.on_postgres:  # psycopg begins one by itself.
            self._connection.execute(BEGIN)
        yield
        self._connection.commit()

    def run_alone(self, statement: Ready, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run a statement that is all its transaction: PostgreSQL is asked once then, and not thrice."""
        if self.on_postgres:  # SQLite does so anyway, where none was begun.
            self._connection.autocommit = True
        rows = self.run(statement, values)
        if self.on_postgres:
            self._connection.autocommit = False
        return rows

    def look_up(self, statement: Ready, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the first row of what `look_up_all` does."""
        return next(iter(self.look_up_all(statement, values)), None)

    def look_up_all(
        self, statement: Ready, values: Mapping[str, Any]
    ) -> Sequence[tuple[Any, ...]]:  # fmt: skip
        """Return the rows of a statement that only reads, and is all its transaction."""
        text = statement.text(self._dialect)
        return [text.converted(row) for row in self.run_alone(statement, values)]


# A writer takes its lock at the start: one that reads first and writes later cannot be made to wait, and
# fails with "database is locked" at once.
BEGIN = "BEGIN IMMEDIATE"


def as_sqlalchemy(error: Exception, dialect: Dialect) -> StatementError:
    """Return what SQLAlchemy would raise for an error of the driver's; it tells no parameters."""
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=dialect)
