"""What rows hold that are handed over as JSON is in SQL what it was, of every kind."""

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import BigInteger, Boolean, Double, String, select

from app.clock import EPOCH
from app.db.base import Json, UtcDateTime
from app.db.ready import Ready
from app.db.session import Database
from app.db.sheet import Sheet, bind, written

SHEET = Sheet({
    "number": BigInteger(), "word": String(), "is_so": Boolean(), "weight": Double(),
    "at": UtcDateTime(), "document": Json,
})  # fmt: skip
NONE = dict.fromkeys(SHEET.types)
CENTURY = 100 * 366 * 86_400 * 1_000_000  # microseconds


def read_back(database: Database, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Hand these over, and select them."""
    with database.reading() as session:
        given = SHEET.table(on_postgres=session.get_bind().dialect.name == "postgresql")
        found = session.execute(select(given).order_by(given.c.number), bind(rows))
        return [row._asdict() for row in found]


@pytest.mark.parametrize(
    "word",
    ["", "'", '"', "\\", "\\n", "\n\t\r\b\f\x01\x7f", "{a,b}", "[1]", "null", "ü🍋\u2028", None],
)
def test_text_is_what_it_was(database: Database, word: str | None) -> None:
    assert read_back(database, [NONE | {"number": 1, "word": word}])[0]["word"] == word


@pytest.mark.parametrize(
    "document",
    [{}, [], {"a": [1, 2.5, None, True, "x"]}, {"'\"\\\n": "ü🍋"}, {"n": 2**70}, [None, "prompt"]],
)
def test_json_is_what_it_was(database: Database, document: Any) -> None:
    row = NONE | {"number": 1, "document": to_json(document).decode()}

    assert json.dumps(read_back(database, [row])[0]["document"]) == json.dumps(document)


def test_instants_are_exact_and_numbers_and_truths_are_what_they_were(database: Database) -> None:
    chance = Random(1)
    rows = [
        {
            "number": number, "word": None, "is_so": number % 2 == 0, "weight": chance.random(),
            "at": EPOCH + timedelta(microseconds=chance.randrange(CENTURY)), "document": None,
        }
        for number in range(500)
    ]  # fmt: skip

    given = [row | {"at": written(row["at"])} for row in rows]
    assert read_back(database, given) == rows


def test_a_ready_statement_is_run_with_the_values_that_are_in_it_and_those_that_are_given(
    database: Database,
) -> None:
    def make(on_postgres: bool) -> Any:
        given = SHEET.table(on_postgres=on_postgres).c
        return select(given.number + 1, given.word.concat("!")).where(given.number < 3)

    ready = Ready(make)
    rows = [NONE | {"number": number, "word": f"w{number}"} for number in range(5)]
    with database.driving() as driver:
        twice = [sorted(map(tuple, driver.run(ready, bind(rows)))) for _ in range(2)]

    assert twice == [[(1, "w0!"), (2, "w1!"), (3, "w2!")]] * 2
