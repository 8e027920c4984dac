"""A stream of CSV or of JSON lines, cut into its records."""

from collections.abc import Iterable, Iterator


def records(pieces: Iterable[bytes], *, quoted: bool) -> Iterator[bytes]:
    """Yield each record with its line end; if `quoted`, one that is between quotes ends none."""
    record = b""
    for line in _lines(pieces):
        record += line
        if quoted and record.count(b'"') % 2:
            continue
        yield record
        record = b""


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
