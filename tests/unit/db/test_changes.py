"""How changes are carried from process to process."""

import pytest

from app.db.changes import read, write


@pytest.mark.parametrize("count", [0, 1, 150, 151, 2000])
def test_what_was_written_is_read(count: int) -> None:
    """However much it is, in notifications that PostgreSQL takes."""
    largest = 2**63 - 1
    changes = {(-1) ** n * (largest - n): largest for n in range(count)}

    payloads = list(write(changes))

    assert {s: c for one in payloads for s, c in read(one).items()} == changes
    assert all(len(one) < 8000 for one in payloads)


@pytest.mark.parametrize("payload", ["", "reload", "1", "1 x", "1.5 2", "{}"])
def test_what_others_notify_of_says_nothing(payload: str) -> None:
    assert not read(payload)
