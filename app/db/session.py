"""The ways to open a transaction: to write or to read, through SQLAlchemy or past it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, local
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.changes import Changes, noted, notify
from app.db.driver import Driver, Row, as_sqlalchemy
from app.db.engine import BUSY_TIMEOUT, READING, make_engine
from app.db.ready import Ready


class Database:
    """A SQL database, SQLite or PostgreSQL, behind one code path."""

    def __init__(self, url: str) -> None:
        """Prepare an engine for `url`; nothing connects before the first transaction."""
        self.engine = make_engine(url)
        self._turn: AbstractContextManager[None] = (
            _Turn() if self.engine.dialect.name == "sqlite" else nullcontext()
        )
        self._reading = self.engine.execution_options(**{READING: True})
        self._heard_by: list[Callable[[Changes], None]] = []

    @property
    def on_postgres(self) -> bool:
        """Whether it is PostgreSQL, and not SQLite."""
        return self.engine.dialect.name == "postgresql"

    def listen(self, hear: Callable[[Changes], None]) -> None:
        """Have `hear` called with what each transaction of this process has changed, once committed."""
        self._heard_by.append(hear)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back on an error."""
        with (
            self._turn,
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session
            notify(session)
        if changes := noted(session):
            for hear in self._heard_by:
                hear(changes)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads, and so waits for no writer.

        Nothing is written of what becomes of its objects.
        """
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session
            # Not rolled back: psycopg forgets by that what it has prepared on the connection.
            if session.in_transaction():
                session.connection().commit()

    @contextmanager
    def driving(self) -> Iterator[Driver]:
        """Open a transaction to write in, as `writing` does, past SQLAlchemy: at a fraction of its CPU."""
        with self._turn, self.lent() as driver, driver.transaction():
            yield driver

    def write_alone(self, statement: Ready, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run a statement that is all its transaction, as `driving` would; return its rows."""
        with self._turn, self.lent() as driver:
            return driver.run_alone(statement, values)

    def look_up(self, statement: Ready, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the first row of what `look_up_all` does."""
        return next(iter(self.look_up_all(statement, values)), None)

    def look_up_all(
        self, statement: Ready, values: Mapping[str, Any]
    ) -> Sequence[tuple[Any, ...]]:  # fmt: skip
        """Return the rows of a statement that only reads, and is all its transaction, past SQLAlchemy.

        Where that fails it is tried once more, since to read twice harms nobody.
        """
        try:
            return self._looked_up(statement, values)
        except DBAPIError:
            return self._looked_up(statement, values)

    def _looked_up(
        self, statement: Ready, values: Mapping[str, Any]
    ) -> Sequence[tuple[Any, ...]]:  # fmt: skip
        with self.lent() as driver:
            return driver.look_up_all(statement, values)

    @contextmanager
    def lent(self) -> Iterator[Driver]:
        """Lend the driver's connection, for some statements of which each is all its transaction.

        What the driver raises is raised as SQLAlchemy would.
        """
        dialect = self.engine.dialect
        try:
            connection = self.engine.raw_connection()
            try:
                yield Driver(connection.dbapi_connection, dialect)
            except BaseException as error:
                is_lost = isinstance(error, dialect.loaded_dbapi.Error) and dialect.is_disconnect(
                    error, connection.dbapi_connection, None
                )
                # In whatever state it is: with it ends what it had begun.
                connection.invalidate()
                if is_lost:  # So are the others that were opened before, most likely.
                    self.engine.dispose()
                raise
            connection.close()
        except dialect.loaded_dbapi.Error as error:
            raise as_sqlalchemy(error, dialect) from error

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


class _Turn:
    """Has the writers of this process wait for each other, and the next one woken at once.

    SQLite's own way to wait is to try again, up to a tenth of a second later, and whoever comes by in
    between goes first. It is still what several processes do.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._mine = local()

    def __enter__(self) -> None:
        # After that it is for SQLite to say that the database is locked.
        held = self._lock.acquire(timeout=BUSY_TIMEOUT)
        self._mine.turns = [*getattr(self._mine, "turns", ()), held]

    def __exit__(self, *_: object) -> None:
        if self._mine.turns.pop():
            self._lock.release()
