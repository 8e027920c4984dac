"""A deadline counts the time in which LemonData could be asked, and nothing else."""

from datetime import datetime, timedelta

import pytest

from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.schedule.backoff import Fixed
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Absent, Answer, Outage, Unfinished
from tests.build import MINUTE, NOW, SECOND, decide_on, make_watch

DEADLINE = NOW + 5 * MINUTE
HOUR = timedelta(hours=1)
RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)
NOT_YET = Unfinished(Status.PROCESSING)


def look(watch: Watch, *, now: datetime, answer: Answer = NOT_YET) -> Outcome:
    return decide_on(answer, watch, RULES, asked_at=now, now=now, jitter=0)


def watched_on(outcome: Outcome) -> Watch:
    assert isinstance(outcome, WatchOn)
    return outcome.watch


def wanted(at: datetime) -> Watch:
    return make_watch(due_at=at, expected_at=at, deadline_at=DEADLINE)


def test_the_deadline_is_a_look_of_its_own() -> None:
    watch = watched_on(look(wanted(DEADLINE - SECOND), now=DEADLINE - SECOND))

    assert (watch.due_at, watch.expected_at) == (DEADLINE, DEADLINE)


@pytest.mark.parametrize("late", [timedelta(), SECOND, 3 * SECOND], ids=str)
def test_a_look_that_is_hardly_late_moves_no_deadline(late: timedelta) -> None:
    assert watched_on(look(wanted(NOW), now=NOW + late)).deadline_at == DEADLINE


@pytest.mark.parametrize("answer", [NOT_YET, Absent()], ids=["unfinished", "absent"])
def test_an_answer_that_is_slow_to_come_moves_no_deadline(answer: Answer) -> None:
    slow = decide_on(answer, wanted(NOW), RULES, asked_at=NOW, now=NOW + 10 * SECOND, jitter=0)

    assert watched_on(slow).deadline_at == DEADLINE


@pytest.mark.parametrize("late", [4 * SECOND, MINUTE, 7 * HOUR], ids=str)
@pytest.mark.parametrize("answer", [NOT_YET, Absent()], ids=["unfinished", "absent"])
def test_time_in_which_we_could_not_ask_is_added_to_the_deadline(
    answer: Answer, late: timedelta
) -> None:
    watch = watched_on(look(wanted(NOW), now=NOW + late, answer=answer))

    assert watch.deadline_at == DEADLINE + late


def test_a_look_ahead_of_its_time_moves_no_deadline() -> None:
    watch = watched_on(look(wanted(NOW + MINUTE), now=NOW))

    assert watch.deadline_at == DEADLINE


def test_a_task_is_not_timed_out_by_our_own_downtime() -> None:
    watch = watched_on(look(wanted(DEADLINE - SECOND), now=DEADLINE + HOUR))

    assert watch.deadline_at == DEADLINE + HOUR + SECOND


@pytest.mark.parametrize("late", [timedelta(), 2 * SECOND, HOUR], ids=str)
def test_the_look_at_the_deadline_ends_the_task_however_late_it_is(late: timedelta) -> None:
    outcome = look(wanted(DEADLINE), now=DEADLINE + late)

    assert isinstance(outcome, Ended)
    assert isinstance(outcome, Ended)
    assert outcome.status is Status.TIMED_OUT


def test_faults_hold_up_a_deadline_from_the_first_to_the_next_good_answer() -> None:
    watch = wanted(NOW)
    for seconds in (0, 60, 120):
        fault = look(watch, now=NOW + seconds * SECOND, answer=Outage("HTTP 503"))
        watch = watched_on(fault)

    watch = watched_on(look(watch, now=NOW + 3 * MINUTE))

    assert watch.deadline_at == DEADLINE + 3 * MINUTE


def test_held_up_time_is_added_once() -> None:
    late = watched_on(look(wanted(NOW), now=NOW + MINUTE))

    again = watched_on(look(late, now=late.due_at))

    assert again.deadline_at == late.deadline_at == DEADLINE + MINUTE


def test_a_task_that_never_ends_is_looked_at_until_exactly_its_deadline() -> None:
    watch = wanted(NOW)
    looks = 0
    while isinstance(outcome := look(watch, now=watch.due_at), WatchOn):
        watch = outcome.watch
        looks += 1

    assert (watch.due_at, looks) == (DEADLINE, 100)
    assert isinstance(outcome, Ended)
    assert outcome.status is Status.TIMED_OUT
