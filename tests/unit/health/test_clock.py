"""The doctor warns of clocks that are apart, since leases go by them."""

from datetime import timedelta

import pytest

from app.health.doctor import judge_clock


@pytest.mark.parametrize(
    ("ahead", "mark", "says"),
    [
        (0, "ok  ", "agrees with the database's"),
        (-1.0, "ok  ", "agrees with the database's"),  # SQLite tells whole seconds.
        (7.5, "WARN", "7.5 s behind the database's"),
        (-90, "WARN", "90.0 s ahead of the database's"),
    ],
)
def test_a_clock_that_is_apart_is_told_which_way(ahead: float, mark: str, says: str) -> None:
    """It is no reason to be restarted: the service goes on."""
    found = judge_clock(timedelta(seconds=ahead))

    assert (found.ok, found.mark) == (True, mark)
    assert found.says.startswith(says)
