"""The two policies that learn nothing never wait less than the floor, nor more than the cap."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule.backoff import Backoff, Fixed
from app.schedule.forecast import Book
from app.schedule.learning import Learning
from app.schedule.plan import LOWEST
from app.schedule.policies import policy
from app.schedule.policy import Standing

SECOND = timedelta(seconds=1)
FLOOR, CAP = 3 * SECOND, 30 * SECOND
SPANS = st.timedeltas(timedelta(milliseconds=1), timedelta(days=1))


def after(polls: int) -> Standing:
    return Standing(kind="image", model="flux-pro", age=timedelta(), polls=polls)


def wait(chosen: Fixed | Backoff, polls: int) -> timedelta:
    return chosen.wait("image", "flux-pro", age=timedelta(), polls=polls, price=LOWEST)


@pytest.mark.parametrize("chosen", [Fixed(floor=FLOOR), Backoff(floor=FLOOR, cap=CAP)])
def test_both_look_at_once_at_a_task_that_is_new(chosen: Fixed | Backoff) -> None:
    assert chosen.first(after(0)) == timedelta()


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


def test_both_explain_the_wait() -> None:
    fixed, backoff = Fixed(floor=FLOOR), Backoff(floor=FLOOR, cap=CAP)

    assert fixed.explain(after(1), FLOOR) == "next look in 3 s: the interval is fixed"
    assert backoff.explain(after(2), 3.75 * SECOND) == (
        "next look in 3.75 s: each wait is a quarter longer than the one before, up to 30 s"
    )


def test_a_policy_is_chosen_by_its_name() -> None:
    book = Book(3.0, 30.0)

    assert policy("fixed", book) == Fixed(floor=FLOOR)
    assert policy("backoff", book) == Backoff(floor=FLOOR, cap=CAP)
    assert policy("learning", book) == Learning(book)
