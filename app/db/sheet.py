"""Rows of values of any kind, which a statement reads as a table.

PostgreSQL is handed all of them at once, as JSON, since each statement is a turn on the network. In SQLite
it is none, and to take JSON apart there costs no less than to run the statement once more: it reads one
row at a time, from parameters. `Driver.run_rows` does the one or the other.

For whole numbers and instants alone, `given` is cheaper on PostgreSQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    DateTime,
    FromClause,
    Insert,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from app.db.base import Json, UtcDateTime
from app.db.ready import OF_ROW

Into = TypeVar("Into", bound=Insert)


class Rows(NamedTuple):
    """What a statement reads: columns by name, and where they are read from, if not from parameters."""

    c: Mapping[str, ColumnElement[Any]]
    source: FromClause | None

    def into(self, insert: Into, values: Mapping[str, ColumnElement[Any]]) -> Into:
        """Return what inserts these values of each row."""
        if self.source is None:
            return insert.values(values)
        return insert.from_select([*values], select(*values.values()).select_from(self.source))


@dataclass(frozen=True)
class Sheet:
    """Columns by name, with their types. Instants come as `written`, and `Json` as the text of it."""

    types: Mapping[str, TypeEngine[Any]]

    def rows(self, *, on_postgres: bool) -> Rows:
        """Return the rows: of SQLite one, which are its parameters."""
        if on_postgres:
            given = self.found().subquery("given")
            return Rows(dict(given.c), given)
        return Rows(
            {name: bindparam(OF_ROW + name, type_=of) for name, of in self.types.items()}, None
        )

    def found(self, rows_in: str = "rows") -> Select[*tuple[Any, ...]]:
        """Return what selects the rows on PostgreSQL, whose parameter is called `rows_in`."""
        columns = [column(name, _plain(type_)) for name, type_ in self.types.items()]
        rows = cast(bindparam(rows_in, type_=String), JSON)
        records = func.json_to_recordset(rows).table_valued(*columns)
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
    """Return the parameters of a statement for PostgreSQL; what rows have beside the columns goes unread."""
    return {rows_in: to_json(rows).decode()}


@lru_cache(64)  # Rows that come together share most of theirs.
def written(at: datetime) -> str:
    """Write an instant as SQLAlchemy stores it in SQLite: in UTC, which it does not say."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
