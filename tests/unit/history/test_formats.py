"""What is written as lines reads back as it was, and no spreadsheet takes any of it for a formula."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from app.history.formats import COLUMNS, CSV, FORMATS, NDJSON
from app.tasks.schemas import Detected, ImageOut, TaskOut
from app.tasks.status import Status
from tests.build import NOW


def task(**fields: Any) -> TaskOut:
    known: dict[str, Any] = {
        "task_id": "img_1", "status": Status.COMPLETED, "version": 2, "kind": "image", "model": None,
        "account": "default", "images": [ImageOut(url="https://x/1.png", revised_prompt="ä")],
        "assets": [], "error": None, "progress": None, "metadata": {}, "created_at": NOW,
        "registered_at": NOW, "finished_at": NOW, "polls": 3, "next_poll_at": None,
        "detected": Detected(not_before=None, not_after=NOW), "deadline_at": NOW,
    }  # fmt: skip
    return TaskOut(**(known | fields))


def read(*tasks: TaskOut) -> list[dict[str, str]]:
    form = FORMATS[CSV]
    return list(csv.DictReader(StringIO(form.beginning + form.write(tasks), newline="")))


def test_each_field_has_a_column() -> None:
    fields = [name for name in TaskOut.model_fields if name not in {"detected", "eta"}]

    assert set(fields) < set(COLUMNS)
    (row,) = read(task())
    assert (row["task_id"], row["version"], row["model"]) == ("img_1", "2", "")
    assert row["detected_not_after"] == "2026-11-22T12:00:00Z"
    assert json.loads(row["images"]) == [{"url": "https://x/1.png", "revised_prompt": "ä"}]


@pytest.mark.parametrize("text", ['a "quoted", b', "two\nlines", "two\r\nlines", "a;b", " =1", "é"])
def test_text_reads_back_as_it_was(text: str) -> None:
    assert read(task(error=text))[0]["error"] == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])  # noqa: RUF001
def test_what_would_be_a_formula_stands_behind_an_apostrophe(text: str) -> None:
    row = read(task(error=text, model=text, metadata={"=k": text}))[0]

    assert (row["error"], row["model"]) == (f"'{text}", f"'{text}")
    assert json.loads(row["metadata"]) == {"=k": text}


def test_a_semicolon_ends_no_cell() -> None:
    assert '"a;=1+1"' in FORMATS[CSV].write([task(error="a;=1+1")])


def test_each_line_of_ndjson_is_a_task_as_the_list_shows_it() -> None:
    lines = FORMATS[NDJSON].write([task(error="two\nlines"), task()]).splitlines()

    assert [TaskOut.model_validate_json(line).error for line in lines] == ["two\nlines", None]
