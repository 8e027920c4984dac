"""How tasks are written down."""

from enum import StrEnum
from pathlib import Path

from app.errors import InvalidInput

_SUFFIXES = {
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
}


class Form(StrEnum):
    """As a table for people; or as the service has a name for."""

    TABLE = ""
    NDJSON = "application/x-ndjson"
    CSV = "text/csv"


def form_of(*, as_json: bool, as_csv: bool, file: Path | None) -> Form:
    """Return the form that was asked for, or that a file's name tells; raise InvalidInput for none."""
    if as_json and as_csv:
        raise InvalidInput("--json and --csv are two forms: say one")
    if as_json or as_csv:
        return Form.NDJSON if as_json else Form.CSV
    if file is None:
        return Form.TABLE
    if file.suffix not in _SUFFIXES:
        raise InvalidInput(f"say --csv or --json: {file} ends in neither .csv nor .ndjson")
    return Form(_SUFFIXES[file.suffix])
