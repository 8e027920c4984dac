"""Durations to replay: from a CSV file, checked line by line."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from app.errors import InvalidInput

COLUMNS = {"model", "seconds", "status"}
ENDS = {"", "completed", "failed"}
OTHERS = {"cancelled", "timed_out", "not_found"}  # They end otherwise than by themselves.
LONGEST = 86400.0  # seconds
MOST = 200_000  # Lines; as many take minutes to replay.


@dataclass(frozen=True, slots=True)
class Duration:
    """How many seconds one task took, and of which model it was."""

    model: str
    seconds: float


def read_durations(path: Path) -> list[Duration]:
    """Return the durations in the file at `path`, whose header names model, seconds and perhaps status.

    Raises InvalidInput with the line that cannot be used. Tasks that did not end by themselves are left
    out: how long they would have taken is not known.
    """
    try:
        # Excel begins a file with a byte order mark.
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(_durations(str(path), file))
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not a text file in UTF-8") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None


def _durations(name: str, file: TextIO) -> Iterator[Duration]:
    lines = _lines(name, file)
    _, header = next(lines, (0, []))
    named = set(header)
    if not {"model", "seconds"} <= named <= COLUMNS or len(header) != len(named):
        raise InvalidInput(f"{name}, line 1: name the columns model,seconds[,status]")
    for number, cells in lines:
        if number > MOST:
            raise InvalidInput(f"{name}, line {number}: give at most {MOST:,} lines")
        if len(cells) != len(header):
            raise InvalidInput(f"{name}, line {number}: give {len(header)} cells, not {len(cells)}")
        row = dict(zip(header, cells, strict=True))
        if not row["model"].isprintable():  # Most likely a quotation mark that is never closed.
            raise InvalidInput(
                f"{name}, line {number}: a model's name must be plain text on one line"
            )
        status = row.get("status", "")
        if status not in ENDS | OTHERS:
            raise InvalidInput(f"{name}, line {number}: there is no status {status[:40]!r}")
        duration = Duration(row["model"], _seconds(row["seconds"], f"{name}, line {number}"))
        if status in ENDS:
            yield duration


def _lines(name: str, file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that is not blank, with its number."""
    reader, number = csv.reader(file, skipinitialspace=True), 1
    try:
        for line in reader:
            cells = [cell.strip() for cell in line]
            if any(cells):
                yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(f"{name}, line {number}: this is not CSV: {error}") from None


def _seconds(text: str, where: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST:  # Which "nan" is not either.
        raise InvalidInput(
            f"{where}: give seconds from 0 to {LONGEST:.0f}, such as 61.5, not {text[:40]!r}"
        )
    return seconds
