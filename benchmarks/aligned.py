"""Rows as lines, for tables that a person reads."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

Cell: TypeAlias = float | str | None


def aligned(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Yield the rows as lines, the first column to the left and the others to the right."""
    words = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    for first, *rest in words:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()
