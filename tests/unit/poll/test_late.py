"""A task that timed out is looked at three times more: what was paid for and came late is not lost."""

from datetime import datetime, timedelta

import pytest

from app.poll.outcome import Dropped, Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.schedule.backoff import Fixed
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import (
    Absent,
    Answer,
    Cancelled,
    Denied,
    Finished,
    Image,
    Nonsense,
    NotAsked,
    Outage,
    Paused,
    Refused,
    Rejected,
    Unfinished,
)
from tests.build import MINUTE, NOW, SECOND, decide_on, make_watch

HOUR = timedelta(hours=1)
END = NOW + 5 * MINUTE
RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)
NOT_YET = Unfinished(Status.PROCESSING)
IMAGES = (Image("https://x/1.png", None, 0),)
FAULTS = [
    Outage("HTTP 503"), Outage("HTTP 503", 9 * HOUR), Nonsense("a page"), Paused(7 * MINUTE),
    Denied("HTTP 401", certain=True),
]  # fmt: skip


def look(answer: Answer, watch: Watch, *, now: datetime) -> Outcome:
    return decide_on(answer, watch, RULES, asked_at=now, now=now)


def timed_out(*, faults: int = 0) -> Watch:
    """Return the watch over a task that has just ended at its deadline."""
    ended = look(NOT_YET, make_watch(due_at=END, expected_at=END, faults=faults), now=END)
    assert isinstance(ended, Ended)
    assert ended.late is not None
    return ended.late


def test_a_task_that_timed_out_is_looked_at_again_after_ten_minutes() -> None:
    watch = timed_out()

    assert (watch.status, watch.ended_at) == (Status.TIMED_OUT, END)
    assert (watch.due_at, watch.expected_at) == (END + 10 * MINUTE,) * 2


def test_a_task_that_ends_otherwise_is_not_looked_at_again() -> None:
    for answer in (Finished(IMAGES), Refused("no"), Cancelled("stopped")):
        ended = look(answer, make_watch(), now=NOW)

        assert isinstance(ended, Ended)
        assert ended.late is None


def test_a_task_that_nobody_could_ask_for_is_looked_at_again_too() -> None:
    now = END + timedelta(days=2)

    ended = look(Outage("HTTP 503"), make_watch(faults=2880), now=now)

    assert isinstance(ended, Ended)
    assert ended.late is not None
    assert (ended.late.ended_at, ended.late.due_at) == (now, now + 10 * MINUTE)


@pytest.mark.parametrize("answer", [NOT_YET, Absent(), Rejected("odd id")], ids=str)
def test_looks_are_ten_and_thirty_minutes_and_two_hours_after_the_end(answer: Answer) -> None:
    watch, looks = timed_out(), []
    while True:
        # One that is not known there is asked for at both paths, which is one look.
        looks += [] if watch.strayed else [watch.due_at - END]
        outcome = look(answer, watch, now=watch.due_at)
        if not isinstance(outcome, WatchOn):
            break
        watch = outcome.watch
        assert watch.status is Status.TIMED_OUT

    assert looks == [10 * MINUTE, 30 * MINUTE, 2 * HOUR]
    assert outcome == Dropped()


def test_a_look_that_comes_later_than_the_next_stands_for_both() -> None:
    outcome = look(NOT_YET, timed_out(), now=END + HOUR)

    assert isinstance(outcome, WatchOn)
    assert outcome.watch.due_at == END + 2 * HOUR


@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (Finished(IMAGES), Ended(status=Status.COMPLETED, images=IMAGES)),
        (Refused("Too odd"), Ended(status=Status.FAILED, error="Too odd")),
        (Cancelled("Stopped"), Ended(status=Status.FAILED, error="Stopped")),
    ],
    ids=["completed", "failed", "cancelled"],
)
def test_lemondata_s_last_word_is_believed_after_the_end_as_well(
    answer: Answer, ended: Ended
) -> None:
    assert look(answer, timed_out(), now=END + 10 * MINUTE) == ended


@pytest.mark.parametrize("answer", FAULTS, ids=str)
def test_a_late_look_without_an_answer_is_tried_again_after_five_minutes(answer: Answer) -> None:
    now = END + 10 * MINUTE

    outcome = look(answer, timed_out(), now=now)

    assert isinstance(outcome, WatchOn)
    assert (outcome.watch.due_at, outcome.watch.status) == (now + 5 * MINUTE, Status.TIMED_OUT)


@pytest.mark.parametrize("answer", FAULTS, ids=str)
def test_the_last_look_is_tried_for_a_day_and_then_given_up(answer: Answer) -> None:
    watch, last = timed_out(), END + 26 * HOUR

    assert isinstance(look(answer, watch, now=last - SECOND), WatchOn)
    assert look(answer, watch, now=last) == Dropped()


def test_after_the_last_look_s_faults_an_answer_is_still_taken() -> None:
    """However late: it is the first word there is."""
    outcome = look(Finished(IMAGES), timed_out(), now=END + timedelta(days=30))

    assert outcome == Ended(status=Status.COMPLETED, images=IMAGES)


def test_a_look_that_was_not_made_is_as_due_as_it_was() -> None:
    watch = timed_out()

    assert look(NotAsked("paused"), watch, now=END + 11 * MINUTE) == WatchOn(watch)


def test_late_looks_are_counted_on() -> None:
    watch = timed_out()

    outcome = look(NOT_YET, watch, now=watch.due_at)

    assert isinstance(outcome, WatchOn)
    assert (watch.polls, outcome.watch.polls) == (1, 2)


def test_a_task_that_was_being_tried_elsewhere_is_looked_at_where_it_belongs() -> None:
    """The path that was tried after a 404 is nobody's promise."""
    strayed = make_watch(faults=2880).on_the_other_path

    ended = look(Outage("HTTP 503"), strayed, now=END + timedelta(days=2))

    assert isinstance(ended, Ended)
    assert ended.late is not None
    assert ended.late.path == make_watch().path
