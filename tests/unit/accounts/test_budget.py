"""A budget lets no more through than its rate and a short burst, and never stops for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.budget import LEAN, affordable, spare, spend
from tests.build import MINUTE, NOW, SECOND

BURST = 0.5 * SECOND
RATES = st.integers(1, 1_000_000) | st.floats(1, 5000)
DAY = timedelta(days=1)
Grants = list[tuple[datetime, int]]


def claimed(rate: float, moments: Sequence[tuple[timedelta, int]]) -> Grants:
    """Ask for so many at each moment, so long after the one before; return what was granted."""
    now, spent_until, grants = NOW, NOW - DAY, []
    for gap, asked in moments:
        now += gap
        count = min(asked, affordable(spent_until, rate=rate, now=now))
        spent_until = spend(spent_until, count, rate=rate, now=now)
        grants.append((now, count))
    return grants


def fullest(grants: Grants, window: timedelta) -> int:
    """Return the most that was granted within any such window."""
    return max(
        sum(count for at, count in grants if start <= at <= start + window) for start, _ in grants
    )


@settings(max_examples=300, deadline=None)
@given(
    rate=RATES,
    moments=st.lists(
        st.tuples(st.timedeltas(timedelta(), 20 * SECOND), st.integers(1, 20_000)),
        min_size=1, max_size=40,
    ),
    window=st.sampled_from([SECOND, 10 * SECOND, MINUTE]),
)  # fmt: skip
def test_no_window_holds_more_than_its_rate_and_one_burst(
    rate: float, moments: list[tuple[timedelta, int]], window: timedelta
) -> None:
    """Whenever claims are made, and however many are asked for."""
    burst = 1 + rate * (BURST / MINUTE)

    # Intervals are whole microseconds, and so up to one in a hundred off at the fastest rates.
    assert fullest(claimed(rate, moments), window) <= (rate * (window / MINUTE) + burst) * 1.01


@pytest.mark.parametrize("rate", [600, 1000, 3000, 10_000, 1_000_000])
@pytest.mark.parametrize("every", [0.005 * SECOND, 0.1 * SECOND, 0.25 * SECOND], ids=str)
def test_ten_greedy_seconds_stay_within_a_tenth_of_the_rate(rate: int, every: timedelta) -> None:
    """Neither a tenth too many after a rest, nor a tenth too few."""
    grants = claimed(rate, [(every, 10**6)] * int(15 * SECOND / every))

    fair = rate / 6
    assert 0.9 * fair <= fullest(grants, 10 * SECOND) <= 1.1 * fair


@pytest.mark.parametrize("rate", [1, 2, 10, 59, 100])
def test_a_low_rate_gets_one_at_a_time_and_all_of_its_own(rate: int) -> None:
    """Though a burst's share of it is less than one."""
    often = MINUTE / rate / 10
    grants = claimed(rate, [(often, 50)] * 300)

    assert max(count for _, count in grants) == 1
    assert sum(count for _, count in grants) in range(28, 32)


@pytest.mark.parametrize("rate", [1, 59, 60, 100, 199, 300, 400, 600, 1000, 3000])
@pytest.mark.parametrize("every", [0.25 * SECOND, 0.5 * SECOND], ids=str)
def test_a_budget_is_used_but_for_what_a_burst_may_add_by_claims_as_far_apart_as_rings(
    rate: int, every: timedelta
) -> None:
    """What ripens between two claims is not forgotten."""
    grants = claimed(rate, [(every, 10**6)] * int(10 * MINUTE / every))

    assert sum(count for _, count in grants) >= int(10 * rate / LEAN)


@pytest.mark.parametrize("rate", [60, 100, 300, 1000, 3000, 10_000])
@pytest.mark.parametrize("rest", [timedelta(), 5 * SECOND, 5 * MINUTE], ids=str)
@pytest.mark.parametrize("every", [0.02 * SECOND, 0.1 * SECOND, 0.5 * SECOND], ids=str)
def test_no_minute_holds_more_than_the_budget(rate: int, rest: timedelta, every: timedelta) -> None:
    """LemonData counts every request of any minute, and knows of no bursts."""
    first, again = [(every, 10**6)] * int(20 * SECOND / every), int(70 * SECOND / every)
    grants = claimed(rate, [*first, (rest, 10**6), *[(every, 10**6)] * again])

    starts = [at for at, _ in grants[:: max(1, len(grants) // 200)]]
    most = max(sum(c for at, c in grants if start <= at < start + MINUTE) for start in starts)
    assert most <= rate


@settings(max_examples=300, deadline=None)
@given(rate=RATES, ahead=st.timedeltas(-3650 * DAY, 3650 * DAY))
def test_a_budget_is_never_spent_for_good(rate: float, ahead: timedelta) -> None:
    """Whatever is written in it, there is a token within a minute and one interval."""
    at_last = NOW + MINUTE + (BURST + MINUTE / rate) * LEAN
    spent_until = NOW + ahead

    assert any(affordable(spent_until, rate=rate, now=now) >= 1 for now in (NOW, at_last))


@settings(max_examples=200, deadline=None)
@given(rate=RATES, jump=st.timedeltas(3 * MINUTE, 3650 * DAY))
def test_a_clock_that_jumped_ahead_and_back_costs_nothing(rate: float, jump: timedelta) -> None:
    """What was spent in a future that did not come is forgotten."""
    there = NOW + jump
    spent_until = spend(NOW, 1, rate=rate, now=there)

    assert affordable(spent_until, rate=rate, now=NOW) >= 1
    after = spend(spent_until, 1, rate=rate, now=NOW)
    assert after == NOW + MINUTE / rate * LEAN


def test_a_worker_whose_clock_is_a_little_behind_waits_for_the_others() -> None:
    """Clocks that differ by seconds still share one budget."""
    spent_until = spend(NOW, affordable(NOW, rate=600, now=NOW), rate=600, now=NOW)

    assert affordable(spent_until, rate=600, now=NOW - 30 * SECOND) == 0


@pytest.mark.parametrize("rate", [1, 60, 1000, 1_000_000])
def test_what_is_affordable_can_be_spent_and_no_more(rate: int) -> None:
    """After it there is none, until an interval has passed."""
    count = affordable(NOW, rate=rate, now=NOW)
    spent_until = spend(NOW, count, rate=rate, now=NOW)

    assert affordable(spent_until, rate=rate, now=NOW) == 0
    assert affordable(spent_until, rate=rate, now=NOW + MINUTE / rate * LEAN) == 1


@pytest.mark.parametrize(
    ("rate", "tokens", "lost"),
    [(600, 6, 3), (600, 4, 1), (600, 3, 0), (600, 0, 0), (1000, 9, 5), (60, 1, 1), (1, 1, 1)],
)
def test_what_is_above_half_a_bucket_is_to_spare(rate: float, tokens: int, lost: int) -> None:
    """Which at 600 a minute holds six requests, and at one a single one."""
    assert spare(tokens, rate=rate) == lost


@pytest.mark.parametrize("rate", [60, 600, 1000, 10_000, 1_000_000])
def test_of_a_budget_whose_spare_part_is_spent_little_is_lost(rate: int) -> None:
    """Looked at ten times a second, by one who never asks for more."""
    now, spent_until, asked = NOW, NOW - DAY, 0
    for _ in range(300):
        count = spare(affordable(spent_until, rate=rate, now=now), rate=rate)
        spent_until = spend(spent_until, count, rate=rate, now=now)
        asked, now = asked + count, now + SECOND / 10

    assert 0.95 * rate / 2 <= asked <= 1.05 * rate / 2
