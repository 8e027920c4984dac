"""The fence: of the rows that are given, those that are still held under the token that is given."""

from sqlalchemy import ColumnElement, FromClause

from app.db.given import Given
from app.tasks.models import Poll


def is_ours(rows: Given, given: FromClause, *, on_postgres: bool) -> ColumnElement[bool]:
    """Tell whether a poll is one of `given`, the table of `rows`, which has a task_id and a token."""
    return (
        (Poll.task_id == given.c.task_id)
        & (Poll.token == given.c.token)
        & rows.has("task_id", Poll.task_id, on_postgres=on_postgres)
    )
