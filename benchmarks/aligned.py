"""Rows as lines, for tables that a person reads, and figures as words."""

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


def titled(title: str, rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Yield the rows as lines below a title."""
    yield ""
    yield title
    yield from aligned(rows)


def whole(value: float | None) -> Cell:
    """Write a figure whose fractions say nothing."""
    return None if value is None else f"{value:,.0f}"


def ratio(value: float | None) -> Cell:
    """Write how many times something is another."""
    return None if value is None else f"{value:.2f}"


def share(value: float | None) -> Cell:
    """Write a part of a whole."""
    return None if value is None else f"{value:.0%}"
