"""Many rows of values in one statement: handed over as text, and read in SQL as a table.

SQLAlchemy has no portable word for it: PostgreSQL unfolds arrays, and SQLite, which has none, unfolds
JSON. Text, because psycopg adapts a list element by element: measured, a row of five values costs 18 µs
as lists and 2 µs as the text of arrays.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    FromClause,
    SQLColumnExpression,
    String,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from app.clock import EPOCH
from app.db.base import UtcDateTime

Value = int | datetime | str | None


@dataclass(frozen=True, slots=True)
class Given:
    """Columns of whole numbers, instants and words, by name, whose values come with the statement.

    A word is of ASCII letters, digits and underscores.
    """

    numbers: tuple[str, ...]
    instants: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the order in which `bind` takes them."""
        return self.numbers + self.instants + self.words

    def table(self, *, on_postgres: bool) -> FromClause:
        """Return the table, called `given`."""
        if on_postgres:
            return self._of_arrays()
        each = func.json_each(bindparam("given", type_=String)).table_valued("value")
        found = [
            func.json_extract(each.c.value, f"$[{place}]", type_=type_).label(name)
            for place, (name, type_) in enumerate(self._types(UtcDateTime()).items())
        ]
        return select(*found).subquery("given")

    def _of_arrays(self) -> FromClause:
        types = self._types(Double())  # Seconds, exact to a microsecond until the year 2106.
        arrays = [
            cast(bindparam(f"given_{name}", type_=String), ARRAY(type_))
            for name, type_ in types.items()
        ]
        columns = [column(name, type_) for name, type_ in types.items()]
        plain = func.unnest(*arrays).table_valued(*columns).render_derived(name="plain")
        instants = [
            func.to_timestamp(plain.c[name], type_=UtcDateTime()).label(name)
            for name in self.instants
        ]
        numbers, words = ([plain.c[name] for name in names] for names in (self.numbers, self.words))
        return select(*numbers, *instants, *words).subquery("given")

    def _types(self, of_instants: TypeEngine[Any]) -> dict[str, TypeEngine[Any]]:
        numbers = dict.fromkeys(self.numbers, BigInteger())
        instants = dict.fromkeys(self.instants, of_instants)
        return {**numbers, **instants, **dict.fromkeys(self.words, String())}

    def has(
        self, name: str, value: SQLColumnExpression[Any], *, on_postgres: bool
    ) -> ColumnElement[bool]:
        """Tell whether `value`, a key, is among the values called `name`: said beside a join by it.

        PostgreSQL guesses how long an array is, and may read a whole table to join it; by this it looks
        up each row. SQLite looks them up anyway.
        """
        if not on_postgres:
            return true()
        type_ = self._types(Double())[name]
        return value == func.any(cast(bindparam(f"given_{name}", type_=String), ARRAY(type_)))

    def among(
        self, name: str, value: SQLColumnExpression[Any], *, on_postgres: bool
    ) -> ColumnElement[bool]:
        """Tell whether `value`, a key, is among the values called `name`, where nothing is joined."""
        if on_postgres:
            return self.has(name, value, on_postgres=True)
        return value.in_(select(self.table(on_postgres=False).c[name]))

    def bind(self, columns: Sequence[Sequence[Value]], *, on_postgres: bool) -> dict[str, str]:
        """Return the parameters: one sequence of values for each column, all of one length."""
        if on_postgres:
            first, end = len(self.numbers), len(self.numbers) + len(self.instants)
            instants = map(_since_1970, columns[first:end])
            plain = [*columns[:first], *instants, *columns[end:]]
            return {
                f"given_{name}": _array(values)
                for name, values in zip(self.names, plain, strict=True)
            }
        rows = zip(*columns, strict=True)
        return {"given": json.dumps([[_plain(value) for value in row] for row in rows])}


def _since_1970(instants: Sequence[Any]) -> list[timedelta | None]:
    """Count since 1970: to write a date takes three times as long, and PostgreSQL longer to read it."""
    return [at and at - EPOCH for at in instants]


def _array(values: Sequence[Any]) -> str:
    """Write a PostgreSQL array as JSON is written, all at once: numbers and words look alike in both."""
    return "{" + to_json(values, timedelta_mode="float").decode()[1:-1] + "}"


def _plain(value: Value) -> int | str | None:
    """Write an instant as SQLAlchemy stores it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value
