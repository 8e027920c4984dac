"""Statements that are compiled once, and run as the driver takes them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


class _Text(NamedTuple):
    """What SQLAlchemy has made of a statement."""

    sql: str
    known: Mapping[str, Any]  # Parameters that are in the statement itself.
    order: tuple[str, ...] | None  # Of the parameters, where they have no names.


class Ready:
    """A statement, which may differ by database.

    SQLAlchemy takes the key of its cache from a statement at each execution: of one with dozens of
    columns that costs more than all the rest. In turn nothing is converted here: what goes in and what
    comes back are the driver's own values, and so numbers and text alone.
    """

    def __init__(self, make: Callable[[bool], ClauseElement]) -> None:
        """Take what makes the statement, told whether it is for PostgreSQL."""
        self._make = make
        self._texts: dict[bool, _Text] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
        """Execute it in the session's transaction."""
        connection = session.connection()
        on_postgres = connection.dialect.name == "postgresql"
        if on_postgres not in self._texts:
            compiled = self._make(on_postgres).compile(dialect=connection.dialect)
            assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for types
            order = compiled.positiontup
            self._texts[on_postgres] = _Text(
                str(compiled), compiled.params, tuple(order) if order else None
            )
        text = self._texts[on_postgres]
        whole = {**text.known, **values}
        if text.order is None:
            return connection.exec_driver_sql(text.sql, whole)
        return connection.exec_driver_sql(text.sql, tuple(whole[name] for name in text.order))
