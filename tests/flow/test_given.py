"""What is handed over with a statement is in SQL what it was, to the microsecond."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from app.clock import EPOCH
from app.db.given import Given, Value
from app.db.session import Database

GIVEN = Given(numbers=("task_id", "progress"), instants=("due_at",))
CENTURY = 100 * 366 * 86_400 * 1_000_000  # microseconds


def read_back(
    database: Database, rows: list[tuple[Value, ...]], of: Given = GIVEN
) -> list[tuple[Value, ...]]:
    """Hand these over, and select them."""
    with database.reading() as session:
        on_postgres = session.get_bind().dialect.name == "postgresql"
        given = of.table(on_postgres=on_postgres)
        values = of.bind(list(zip(*rows, strict=True)), on_postgres=on_postgres)
        found = session.execute(select(given).order_by(given.c.task_id), values)
        return [tuple(row) for row in found]


def test_instants_of_a_century_are_exact(database: Database) -> None:
    chance = Random(1)
    rows: list[tuple[Value, ...]] = [
        (number, None, EPOCH + timedelta(microseconds=chance.randrange(CENTURY)))
        for number in range(2000)
    ]

    assert read_back(database, rows) == rows


@pytest.mark.parametrize("number", [None, 0, -1, 2**53 + 1, 2**63 - 1])
def test_whole_numbers_are_whole_and_none_is_null(database: Database, number: int | None) -> None:
    assert read_back(database, [(1, number, EPOCH)]) == [(1, number, EPOCH)]


def test_words_are_words_and_none_is_null(database: Database) -> None:
    given = Given(numbers=("task_id",), instants=("due_at",), words=("state", "back_to"))
    rows: list[tuple[Value, ...]] = [
        (1, EPOCH, "given_up", None), (2, EPOCH, "due", "delivered"), (3, None, "null", "NULL")
    ]  # fmt: skip

    assert read_back(database, rows, given) == rows
