"""Rows as lines whose columns stand beneath each other, for people."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

AHEAD = 500  # rows that say how wide the columns are; what is wider later stands out


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a line for the head and for each row; however many there are, few are in memory."""
    rest = (list(map(printable, row)) for row in rows)
    first = [head, *islice(rest, AHEAD)]
    widths = [max(map(len, column)) for column in zip(*first, strict=True)]
    for row in chain(first, rest):
        yield "  ".join(map(str.ljust, row, widths)).rstrip()


def printable(text: str) -> str:
    """Return a text with whatever a terminal would obey replaced: others wrote it, and people read it."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
