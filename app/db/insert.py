"""How to insert rows that may be there already, on both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.base import Base


def insert_new(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    unique: Sequence[InstrumentedAttribute[Any]],
) -> list[int]:
    """Insert those `rows` whose `unique` columns are new; return the ids of the new ones.

    A select before the insert would race: two that register one id at once would both see nothing.
    """
    # The two dialects spell ON CONFLICT alike, but SQLAlchemy keeps it in each of them.
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not a table")
    statement = (
        dialect.insert(table)
        .on_conflict_do_nothing(index_elements=[column.key for column in unique])
        .returning(table.c.id)
    )
    # The rows beside the statement, and not in it: with them in it, each batch is compiled anew.
    return list(session.execute(statement, list(rows)).scalars()) if rows else []
