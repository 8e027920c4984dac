"""Outages put the next look off, and end nothing but a task that nobody could ask about for a day."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.schedule.backoff import Fixed
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Denied, Outage
from tests.build import MINUTE, NOW, SECOND, decide_on, make_watch

DEADLINE = NOW + 5 * MINUTE
DAY = timedelta(hours=24)
A_DAY_OF_FAULTS = 2880  # one in half a minute, which is the slowest that we ask by ourselves
RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)


def fail(watch: Watch, *, now: datetime, asked: timedelta | None = None) -> Outcome:
    fault = Outage("HTTP 503", asked)
    return decide_on(fault, watch, RULES, asked_at=now, now=now, jitter=0)


def watched_on(outcome: Outcome) -> Watch:
    assert isinstance(outcome, WatchOn)
    return outcome.watch


def test_a_fault_changes_nothing_but_the_next_look_and_the_counts() -> None:
    before = make_watch(status=Status.PROCESSING, absences=1, absent_since=NOW, seen_at=NOW)

    watch = watched_on(fail(before, now=NOW + SECOND))

    known = ("status", "deadline_at", "expected_at", "seen_at", "absences", "absent_since")
    assert [getattr(watch, name) for name in known] == [getattr(before, name) for name in known]
    assert (watch.faults, watch.polls, watch.sight) == (1, 1, "fault: HTTP 503")


def test_faults_in_a_row_are_asked_again_ever_more_slowly() -> None:
    watch, waits = make_watch(), []
    for _ in range(8):
        now = watch.due_at
        watch = watched_on(fail(watch, now=now))
        waits.append((watch.due_at - now).total_seconds())

    assert waits == pytest.approx([2, 3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30])


def test_a_wait_that_lemondata_asks_for_is_obeyed() -> None:
    watch = watched_on(fail(make_watch(), now=NOW, asked=7 * MINUTE))

    assert watch.due_at == NOW + 7 * MINUTE


def test_a_day_of_faults_beyond_the_deadline_ends_a_task_as_unreachable() -> None:
    watch = make_watch(faults=A_DAY_OF_FAULTS - 1)

    outcome = fail(watch, now=DEADLINE + DAY)

    assert isinstance(outcome, Ended)
    assert (outcome.status, outcome.error) == (Status.TIMED_OUT, "unreachable")


@pytest.mark.parametrize(
    ("faults", "now"),
    [
        pytest.param(A_DAY_OF_FAULTS * 9, DEADLINE + DAY - SECOND, id="a second too early"),
        pytest.param(A_DAY_OF_FAULTS - 1, DEADLINE + DAY, id="a fault too few"),
        pytest.param(1, DEADLINE + 30 * DAY, id="a month in which we did not ask"),
    ],
)
def test_less_than_a_day_of_faults_ends_nothing(faults: int, now: datetime) -> None:
    assert isinstance(fail(make_watch(faults=faults - 1), now=now), WatchOn)


@settings(max_examples=200, deadline=None)
@given(
    faults=st.integers(0, 10**9),
    beyond=st.timedeltas(max_value=DAY - timedelta(microseconds=1), min_value=-DAY),
    asked=st.none() | st.timedeltas(timedelta(), timedelta(days=365)),
)
def test_a_fault_never_ends_a_task_within_a_day_of_its_deadline(
    faults: int, beyond: timedelta, asked: timedelta | None
) -> None:
    outcome = fail(make_watch(faults=faults), now=DEADLINE + beyond, asked=asked)

    assert isinstance(outcome, WatchOn)


@settings(max_examples=200, deadline=None)
@given(faults=st.integers(0, A_DAY_OF_FAULTS - 2), beyond=st.timedeltas(DAY, 3000 * DAY))
def test_fewer_faults_than_a_day_s_worth_never_end_a_task(faults: int, beyond: timedelta) -> None:
    assert isinstance(fail(make_watch(faults=faults), now=DEADLINE + beyond), WatchOn)


def test_a_key_that_is_denied_for_days_is_no_evidence_that_lemondata_is_gone() -> None:
    watch = make_watch(faults=A_DAY_OF_FAULTS * 9)
    denied = Denied("HTTP 401", certain=True)
    outcome = decide_on(denied, watch, RULES, asked_at=NOW, now=DEADLINE + 9 * DAY)

    watch = watched_on(outcome)

    assert watch.deadline_at == DEADLINE
    assert isinstance(fail(watch, now=DEADLINE + 9 * DAY), WatchOn)
