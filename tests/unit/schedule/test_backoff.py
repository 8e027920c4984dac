"""The two policies that learn nothing never wait less than the floor, nor more than the cap."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.backoff import Backoff, Fixed, policy

SECOND = timedelta(seconds=1)
FLOOR, CAP = 3 * SECOND, 30 * SECOND
SPANS = st.timedeltas(timedelta(milliseconds=1), timedelta(days=1))


def wait(chosen: Fixed | Backoff, polls: int) -> timedelta:
    return chosen.wait(model="flux-pro", age=polls * SECOND, polls=polls)


@pytest.mark.parametrize("polls", [0, 1, 2, 100, 10**9])
def test_fixed_waits_the_floor_every_time(polls: int) -> None:
    assert wait(Fixed(floor=FLOOR), polls) == FLOOR


@pytest.mark.parametrize(
    ("polls", "seconds"),
    [(0, 3), (1, 3), (2, 3.75), (3, 4.6875), (11, 27.939677), (12, 30), (500, 30)],
)
def test_backoff_waits_a_quarter_longer_each_time_up_to_the_cap(polls: int, seconds: float) -> None:
    assert wait(Backoff(floor=FLOOR, cap=CAP), polls) == seconds * SECOND


def test_backoff_with_the_floor_at_the_cap_is_fixed() -> None:
    assert wait(Backoff(floor=FLOOR, cap=FLOOR), 50) == FLOOR


@settings(max_examples=300, deadline=None)
@given(st.tuples(SPANS, SPANS).map(sorted), st.integers(0, 10**12))
def test_backoff_stays_between_floor_and_cap_however_often_it_looked(
    spans: list[timedelta], polls: int
) -> None:
    floor, cap = spans

    assert floor <= wait(Backoff(floor=floor, cap=cap), polls) <= cap


@settings(max_examples=200, deadline=None)
@given(st.tuples(SPANS, SPANS).map(sorted), st.integers(0, 200))
def test_backoff_never_waits_less_than_the_time_before(spans: list[timedelta], polls: int) -> None:
    backoff = Backoff(floor=spans[0], cap=spans[1])

    assert wait(backoff, polls) <= wait(backoff, polls + 1)


def test_a_policy_is_chosen_by_its_name() -> None:
    assert policy("fixed", floor=FLOOR, cap=CAP) == Fixed(floor=FLOOR)
    assert policy("backoff", floor=FLOOR, cap=CAP) == Backoff(floor=FLOOR, cap=CAP)
