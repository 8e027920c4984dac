"""What each answer means for a task."""

from datetime import datetime, timedelta

import pytest

from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.schedule.backoff import Backoff, Fixed
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import (
    Absent,
    Answer,
    Cancelled,
    Finished,
    Image,
    Outage,
    Refused,
    Unfinished,
)
from tests.build import MINUTE, NOW, SECOND, decide_on, make_watch

IMAGES = (Image("https://x/1.png", "A lemon.", 0),)
RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)
BEFORE, AT, AFTER = NOW + 4 * MINUTE, NOW + 5 * MINUTE, NOW + 6 * MINUTE
TIMED_OUT = Ended(status=Status.TIMED_OUT, error="the deadline passed before it was finished")


def look(answer: Answer, now: datetime, watch: Watch | None = None) -> Outcome:
    """Look when the watch says; its deadline is five minutes after NOW."""
    watch = watch or make_watch(due_at=now, expected_at=now)
    return decide_on(answer, watch, RULES, asked_at=now - SECOND, now=now, jitter=0)


def watched_on(outcome: Outcome) -> Watch:
    assert isinstance(outcome, WatchOn)
    return outcome.watch


@pytest.mark.parametrize("now", [BEFORE, AT, AFTER], ids=["before", "at", "after"])
@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (Finished(IMAGES), Ended(status=Status.COMPLETED, images=IMAGES)),
        (Refused("Too odd"), Ended(status=Status.FAILED, error="Too odd")),
        (Cancelled("Stopped"), Ended(status=Status.CANCELLED, error="Stopped")),
    ],
    ids=["completed", "failed", "cancelled"],
)
def test_lemondata_s_last_word_ends_a_task_at_any_time(
    answer: Answer, ended: Ended, now: datetime
) -> None:
    assert look(answer, now) == ended


@pytest.mark.parametrize("status", [Status.PENDING, Status.PROCESSING])
def test_not_yet_means_looking_again_until_the_deadline(status: Status) -> None:
    answer = Unfinished(status)

    assert watched_on(look(answer, BEFORE)).status is status
    for late in (AT, AFTER):
        ended = look(answer, late)
        assert isinstance(ended, Ended)
        assert (ended.status, ended.error) == (TIMED_OUT.status, TIMED_OUT.error)


@pytest.mark.parametrize("now", [BEFORE, AT, AFTER], ids=["before", "at", "after"])
@pytest.mark.parametrize("answer", [Outage("HTTP 500"), Absent()], ids=["fault", "absent"])
def test_what_is_no_word_about_the_task_does_not_end_it_at_once(
    answer: Answer, now: datetime
) -> None:
    watch = watched_on(look(answer, now))

    assert (watch.status, watch.deadline_at) == (Status.PENDING, AT)


@pytest.mark.parametrize(
    ("known", "seen", "then"),
    [
        (Status.PENDING, Status.PENDING, Status.PENDING),
        (Status.PENDING, Status.PROCESSING, Status.PROCESSING),
        (Status.PROCESSING, Status.PROCESSING, Status.PROCESSING),
        (Status.PROCESSING, Status.PENDING, Status.PROCESSING),
    ],
)
def test_a_task_that_was_processing_is_never_pending_again(
    known: Status, seen: Status, then: Status
) -> None:
    watch = watched_on(look(Unfinished(seen), NOW, make_watch(status=known)))

    assert (watch.status, watch.sight) == (then, then.value)


def test_not_yet_is_known_as_of_the_moment_of_asking() -> None:
    assert watched_on(look(Unfinished(Status.PENDING), NOW)).seen_at == NOW - SECOND


def test_not_yet_clears_faults_and_absences() -> None:
    before = make_watch(faults=3, absences=2, absent_since=NOW - MINUTE)

    watch = watched_on(look(Unfinished(Status.PENDING), NOW, before))

    assert (watch.faults, watch.absences, watch.absent_since) == (0, 0, None)


def test_the_wait_is_the_policy_s_and_the_next_look_is_wanted_when_it_is_due() -> None:
    rules = Rules(policy=Backoff(floor=4 * SECOND, cap=MINUTE), patience=3 * SECOND)
    watch = make_watch(polls=2)

    outcome = decide_on(Unfinished(Status.PENDING), watch, rules, asked_at=NOW, now=NOW, jitter=0)

    due_at = NOW + timedelta(seconds=4 * 1.25**2)
    assert (watched_on(outcome).due_at, watched_on(outcome).expected_at) == (due_at, due_at)


@pytest.mark.parametrize("answer", [Unfinished(Status.PENDING), Absent(), Outage("timeout")])
def test_every_look_is_counted(answer: Answer) -> None:
    assert watched_on(look(answer, NOW, make_watch(polls=6))).polls == 7
