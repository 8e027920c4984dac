"""What rows hold that a statement reads is in SQL what it was, of every kind."""

import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    MetaData,
    String,
    Table,
    insert,
    select,
)

from app.clock import EPOCH
from app.db.base import Json, UtcDateTime
from app.db.ready import Ready
from app.db.session import Database
from app.db.sheet import Sheet, written

SHEET = Sheet({
    "number": BigInteger(), "word": String(), "is_so": Boolean(), "weight": Double(),
    "at": UtcDateTime(), "document": Json,
})  # fmt: skip
NONE = dict.fromkeys(SHEET.types)
CENTURY = 100 * 366 * 86_400 * 1_000_000  # microseconds


STORED = Table("stored", MetaData(), *(Column(name, type_) for name, type_ in SHEET.types.items()))


def _insert(on_postgres: bool) -> Any:
    given = SHEET.rows(on_postgres=on_postgres)
    return given.into(insert(STORED), given.c)


INSERT = Ready(_insert)


@pytest.fixture(autouse=True)
def _stored(database: Database) -> Iterator[None]:
    STORED.create(database.engine)
    yield
    STORED.drop(database.engine)


def read_back(
    database: Database, rows: list[dict[str, Any]], insert: Ready = INSERT
) -> list[dict[str, Any]]:
    """Hand these over, store them, and select them."""
    with database.driving() as driver:
        driver.run_rows(insert, rows)
    with database.reading() as session:
        found = session.execute(select(STORED).order_by(STORED.c.number))
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


def test_what_is_inserted_may_be_made_of_the_values(database: Database) -> None:
    """With values that are in the statement itself."""

    def make(on_postgres: bool) -> Any:
        given = SHEET.rows(on_postgres=on_postgres)
        values = {"number": given.c["number"] + 1, "word": given.c["word"].concat("!")}
        return given.into(insert(STORED), values)

    rows = [NONE | {"number": number, "word": f"w{number}"} for number in range(3)]

    assert [(row["number"], row["word"]) for row in read_back(database, rows, Ready(make))] == [
        (1, "w0!"), (2, "w1!"), (3, "w2!"),
    ]  # fmt: skip


def test_no_rows_are_none(database: Database) -> None:
    assert read_back(database, []) == []
