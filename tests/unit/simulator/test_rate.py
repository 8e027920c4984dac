"""A key may send so many requests in any minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.simulator.moods import rate
from app.simulator.moods.rate import Windows

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(st.integers(1, 5), st.lists(st.integers(0, 30_000), max_size=40))
def test_no_minute_ever_holds_more_than_the_limit(limit: int, steps: list[int]) -> None:
    """However the requests come; and whoever waits as told is let in."""
    windows, now = Windows(), NOW
    let_in: list[datetime] = []
    for step in steps:
        now += timedelta(milliseconds=step)
        if wait := windows.spend("sk-a", limit=limit, now=now).wait:
            now += wait
            assert not windows.spend("sk-a", limit=limit, now=now).wait
        let_in.append(now)

    assert all(
        sum(start <= one < start + rate.WINDOW for one in let_in) <= limit for start in let_in
    )


def test_an_allowance_tells_what_is_left_and_when_there_is_more() -> None:
    """The window is richer when its oldest request leaves it."""
    windows = Windows()
    windows.spend("sk-a", limit=3, now=NOW)

    second = windows.spend("sk-a", limit=3, now=NOW + 10 * SECOND)

    assert (second.remaining, second.resets_at) == (1, NOW + 60 * SECOND)


def test_where_the_limit_was_lowered_enough_must_leave_first() -> None:
    """Three came, one a second, and one is allowed now: the last of them must leave."""
    windows = Windows()
    for second in range(3):
        windows.spend("sk-a", limit=3, now=NOW + second * SECOND)

    refused = windows.spend("sk-a", limit=1, now=NOW + 3 * SECOND)

    assert refused.wait == 59 * SECOND


def test_the_longest_unused_of_many_keys_is_forgotten() -> None:
    """So that memory has a bound."""
    windows = Windows()
    for number in range(rate.KEYS + 1):
        windows.spend(f"sk-{number}", limit=1, now=NOW)

    assert not windows.spend("sk-0", limit=1, now=NOW).wait
    assert windows.spend(f"sk-{rate.KEYS}", limit=1, now=NOW).wait
