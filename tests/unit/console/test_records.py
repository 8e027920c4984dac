"""A stream is cut into records wherever its pieces end."""

import csv
from io import StringIO

import pytest

from app.console.records import records

CELLS = [["id", "error"], ["1", 'line\r\nand "more"'], ["2", ""], ["3", '"'], ["4", "\n\n"]]


def written(rows: list[list[str]]) -> bytes:
    """Write rows as the service does."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_record_of_csv_may_hold_line_ends(size: int) -> None:
    """Those between quotes end none."""
    stream = written(CELLS)

    found = list(
        records((stream[at : at + size] for at in range(0, len(stream), size)), quoted=True)
    )

    assert found == [written([row]) for row in CELLS]


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_a_line_of_json_is_a_record_whatever_its_quotes(size: int) -> None:
    stream = b'{"a": "\\""}\n{"b": 1}\n'

    found = list(
        records((stream[at : at + size] for at in range(0, len(stream), size)), quoted=False)
    )

    assert found == [b'{"a": "\\""}\n', b'{"b": 1}\n']


def test_nothing_has_no_records() -> None:
    assert list(records([], quoted=True)) == []
