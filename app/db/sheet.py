"""Rows of values of any kind in one statement: handed over as JSON, and read in SQL as a table.

For whole numbers and instants alone, `given` is cheaper on PostgreSQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.types import TypeEngine

from app.db.base import Json, UtcDateTime


@dataclass(frozen=True)
class Sheet:
    """Columns by name, with their types. Instants come as `written`, and `Json` as the text of it."""

    types: Mapping[str, TypeEngine[Any]]

    def table(self, *, on_postgres: bool) -> FromClause:
        """Return the table, called `given`."""
        return self.found(on_postgres=on_postgres).subquery("given")

    def found(self, *, on_postgres: bool, rows_in: str = "rows") -> Select[*tuple[Any, ...]]:
        """Return what selects the rows, whose parameter is called `rows_in`."""
        rows = bindparam(rows_in, type_=String)
        if on_postgres:
            return self._of_records(rows)
        each = func.json_each(rows).table_valued("value")
        found = [
            func.json_extract(each.c.value, literal_column(f"'$.{name}'"), type_=type_).label(name)
            for name, type_ in self.types.items()
        ]
        return select(*found)

    def _of_records(self, rows: ColumnElement[str]) -> Select[*tuple[Any, ...]]:
        columns = [column(name, _plain(type_)) for name, type_ in self.types.items()]
        records = func.json_to_recordset(cast(rows, JSON)).table_valued(*columns)
        plain = records.render_derived(name="plain", with_types=True)
        found = [_whole(plain.c[name], type_).label(name) for name, type_ in self.types.items()]
        return select(*found)


def _plain(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(type_, UtcDateTime):
        return DateTime()
    return String() if type_ is Json else type_


def _whole(value: ColumnElement[Any], type_: TypeEngine[Any]) -> ColumnElement[Any]:
    if isinstance(type_, UtcDateTime):
        return func.timezone("UTC", value, type_=type_)
    return cast(value, Json) if type_ is Json else value


def bind(rows: Sequence[Mapping[str, Any]], *, rows_in: str = "rows") -> dict[str, str]:
    """Return the parameters of a statement; what rows have beside the columns goes unread."""
    return {rows_in: to_json(rows).decode()}


@lru_cache(64)  # Rows that come together share most of theirs.
def written(at: datetime) -> str:
    """Write an instant as SQLAlchemy stores it in SQLite: in UTC, which it does not say."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
