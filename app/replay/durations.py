"""Durations to replay: from a CSV file, checked line by line."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from app.errors import InvalidInput

COLUMNS = {"model", "seconds", "status"}
ENDS = {"", "completed", "failed"}
OTHERS = {"cancelled", "timed_out", "not_found"}  # They end otherwise than by themselves.
LONGEST = 86400.0  # seconds
MOST = 1_000_000  # lines


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
            return list(_read(file.name, csv.reader(file, skipinitialspace=True)))
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not a text file in UTF-8") from None
    except csv.Error as error:
        raise InvalidInput(f"{path} is not a CSV file: {error}") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None


def _read(name: str, lines: Iterator[list[str]]) -> Iterator[Duration]:
    header = [cell.strip() for cell in next(lines, [])]
    named = set(header)
    if not {"model", "seconds"} <= named <= COLUMNS or len(header) != len(named):
        raise InvalidInput(f"{name}: the first line must name the columns model,seconds[,status]")
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if number > MOST:
            raise InvalidInput(f"{name}: give at most {MOST:,} lines")
        if len(cells) != len(header):
            raise InvalidInput(f"{name}, line {number}: give {len(header)} cells, not {len(cells)}")
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        status = row.get("status", "")
        if status not in ENDS | OTHERS:
            raise InvalidInput(f"{name}, line {number}: there is no status {status[:40]!r}")
        duration = Duration(row["model"], _seconds(row["seconds"], f"{name}, line {number}"))
        if status in ENDS:
            yield duration


def _seconds(text: str, where: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = float("nan")
    if not isfinite(seconds) or not 0 <= seconds <= LONGEST:
        raise InvalidInput(
            f"{where}: give seconds from 0 to {LONGEST:.0f}, such as 61.5, not {text[:40]!r}"
        )
    return seconds
