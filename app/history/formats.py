"""The forms of a whole history: lines of CSV or of JSON."""

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any, NamedTuple

from app.tasks.schemas import TaskOut

JSON, CSV, NDJSON = "application/json", "text/csv", "application/x-ndjson"
COLUMNS = (
    "task_id", "status", "version", "kind", "model", "account", "images", "assets", "error",
    "progress", "metadata", "created_at", "registered_at", "finished_at", "detected_not_before",
    "detected_not_after", "polls", "next_poll_at", "deadline_at", "eta_p50", "eta_p90",
    "will_miss_deadline",
)  # fmt: skip
# What a spreadsheet takes for a formula when a cell begins so; the wide ones are East Asian.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - these very signs


class Format(NamedTuple):
    """How a history is written: a beginning, and then tasks."""

    media_type: str
    headers: dict[str, str]
    beginning: str
    write: Callable[[Sequence[TaskOut]], str]


def _as_ndjson(tasks: Sequence[TaskOut]) -> str:
    return "".join(f"{task.model_dump_json()}\n" for task in tasks)


def _as_csv(tasks: Sequence[TaskOut]) -> str:
    text = StringIO()
    # Each text in quotes: some spreadsheets take a semicolon for the end of a cell.
    lines = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    lines.writerows(map(_cells, tasks))
    return text.getvalue()


def _cells(task: TaskOut) -> list[Any]:
    plain = task.model_dump(mode="json")
    for name in ("detected", "eta"):
        plain |= {f"{name}_{key}": value for key, value in (plain.pop(name) or {}).items()}
    return [_cell(plain.get(name)) for name in COLUMNS]


def _cell(value: Any) -> Any:
    """Write lists and objects as JSON, and what would be a formula behind an apostrophe."""
    match value:
        case None:
            return ""
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case str() if value.startswith(_FORMULA):
            return f"'{value}"
        case _:
            return value


FORMATS = {
    CSV: Format(
        "text/csv; charset=utf-8; header=present",
        {"Content-Disposition": 'attachment; filename="tasks.csv"'},
        ",".join(COLUMNS) + "\r\n",
        _as_csv,
    ),
    NDJSON: Format(NDJSON, {}, "", _as_ndjson),
}
