"""Statements about many rows by their ids, which are handed over as one value, however many they are."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Delete, Row, Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.given import Given

_IDS = Given(numbers=("id",))

Rows = Sequence[Row[*tuple[Any, ...]]]
# Builds a statement about the rows whose ids are handed over, for PostgreSQL or for SQLite; built once.
Finding = Callable[[bool], Select[*tuple[Any, ...]]]
Deleting = Callable[[bool], Delete]


def among(ids_of: InstrumentedAttribute[Any], on_postgres: bool) -> ColumnElement[bool]:
    """Tell whether a column is one of the ids that are handed over."""
    return _IDS.among("id", ids_of, on_postgres=on_postgres)


def fetch(session: Session, statement: Finding, ids: Collection[int], **values: Any) -> Rows:
    """Return the rows of a statement about these ids."""
    if not ids:
        return []
    on_postgres, bound = _bound(session, ids)
    return session.execute(statement(on_postgres), bound | values).all()


def wipe(session: Session, statement: Deleting, ids: Collection[int]) -> None:
    """Delete the rows that a statement finds by these ids."""
    if not ids:
        return
    on_postgres, bound = _bound(session, ids)
    session.connection().execute(statement(on_postgres), bound)


def _bound(session: Session, ids: Collection[int]) -> tuple[bool, dict[str, str]]:
    on_postgres = session.get_bind().dialect.name == "postgresql"
    return on_postgres, _IDS.bind([list(ids)], on_postgres=on_postgres)
