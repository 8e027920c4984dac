"""Statements that are compiled once, and run as the driver takes them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Dialect, Select, UpdateBase
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
Pick = Callable[[Mapping[str, Any]], tuple[Any, ...]]
# What the name of a parameter begins with that is a column of a row: SQLAlchemy has the names of a
# table's own columns for itself.
OF_ROW = "row_"


class Text(NamedTuple):
    """What SQLAlchemy has made of a statement for one kind of database."""

    sql: str
    known: Mapping[str, Any]  # Parameters that are in the statement itself.
    pick: Pick | None  # The parameters in their order, where they have no names.
    converts: Sequence[Convert | None]  # For each column of its rows, if it has any.

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Return what the driver is given beside the SQL."""
        whole = {**self.known, **values} if self.known else values
        return whole if self.pick is None else self.pick(whole)

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


def _compiled(statement: ClauseElement, dialect: Dialect) -> Text:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for types
    order = compiled.positiontup
    columns: Iterable[ColumnElement[Any]] = ()
    if isinstance(statement, Select | UpdateBase):  # Of one that writes, those which it returns.
        columns = statement.exported_columns
    given = {name for bind, name in compiled.bind_names.items() if not bind.required}
    return Text(
        sql=str(compiled), known={name: compiled.params[name] for name in given},
        pick=_picking(order) if order else None,
        converts=[_convert(column.type, dialect) for column in columns],
    )  # fmt: skip


def _picking(order: Sequence[str]) -> Pick:
    names = [name.removeprefix(OF_ROW) for name in order]
    if len(names) > 1:
        return itemgetter(*names)
    (name,) = names
    return lambda values: (values[name],)


def _convert(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)
