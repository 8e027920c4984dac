"""Statements that are compiled once, and run as the driver takes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]


class Text(NamedTuple):
    """What SQLAlchemy has made of a statement for one kind of database."""

    sql: str
    known: Mapping[str, Any]  # Parameters that are in the statement itself.
    order: tuple[str, ...] | None  # Of the parameters, where they have no names.
    converts: Sequence[Convert | None]  # For each column that is selected.

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Return what the driver is given beside the SQL."""
        whole = {**self.known, **values}
        return whole if self.order is None else tuple(whole[name] for name in self.order)

    def converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """Return a row of the driver's as SQLAlchemy would."""
        pairs = zip(self.converts, row, strict=True)
        return tuple(value if convert is None else convert(value) for convert, value in pairs)


class Ready:
    """A statement, which may differ by database.

    SQLAlchemy takes the key of its cache from a statement at each execution: of one with dozens of
    columns that costs more than all the rest. In turn parameters are not converted here: they are
    numbers and text alone.
    """

    def __init__(self, make: Callable[[bool], ClauseElement]) -> None:
        """Take what makes the statement, told whether it is for PostgreSQL."""
        self._make = make
        self._texts: dict[bool, Text] = {}

    def text(self, dialect: Dialect) -> Text:
        """Return it for that kind of database."""
        on_postgres = dialect.name == "postgresql"
        if on_postgres not in self._texts:
            self._texts[on_postgres] = _compiled(self._make(on_postgres), dialect)
        return self._texts[on_postgres]

    def run(self, session: Session, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Execute it in the session's transaction; rows, if it has any, come as the driver gives them."""
        connection = session.connection()
        text = self.text(connection.dialect)
        parameters = text.parameters(values)
        is_sqlite = connection.dialect.name == "sqlite"
        rows = _past(connection, text, parameters) if is_sqlite else None
        if rows is not None:
            return rows
        result = connection.exec_driver_sql(text.sql, parameters)
        return result.all() if result.returns_rows else ()


def _past(connection: Connection, text: Text, parameters: Any) -> Sequence[Sequence[Any]] | None:
    """Execute it past SQLAlchemy, at half the CPU; return None where it fails.

    In SQLite a statement that fails undoes itself alone, so that it can be tried once more in the ordinary
    way, which raises what all the rest does. On PostgreSQL the transaction would be at its end; as it is
    in SQLite, too, after some faults of the disk: then what comes next would be committed by itself.
    """
    driver: Any = connection.connection.dbapi_connection
    try:
        rows: Sequence[Sequence[Any]] = driver.execute(text.sql, parameters).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        if not driver.in_transaction:
            raise OperationalError(text.sql, None, error) from error
        return None
    return rows


def _compiled(statement: ClauseElement, dialect: Dialect) -> Text:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for types
    order = compiled.positiontup
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    return Text(
        sql=str(compiled), known=compiled.params, order=tuple(order) if order else None,
        converts=[_convert(column.type, dialect) for column in columns],
    )  # fmt: skip


def _convert(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)
