"""A 404 is believed after three of them, at least half a minute apart."""

from collections.abc import Sequence

import pytest

from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.schedule.backoff import Fixed
from app.tasks.status import Status
from app.upstream.answer import Absent, Answer, Outage, Rejected, Unfinished
from tests.build import NOW, SECOND, decide_on, make_watch

# So patient that no look of these tests counts as held up, whenever it is made.
RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=120 * SECOND)
GONE = Ended(status=Status.NOT_FOUND, error="LemonData does not know this task")
NOT_YET = Unfinished(Status.PENDING)
ABSENT, FAULT = Absent(), Outage("HTTP 503")


def look(answers: Sequence[tuple[int, Answer]]) -> Outcome:
    """Give these answers, each so many seconds after NOW, and return what the last one means."""
    outcome: Outcome = WatchOn(make_watch())
    for seconds, answer in answers:
        assert isinstance(outcome, WatchOn), "the task ended before the last answer"
        now = NOW + seconds * SECOND
        outcome = decide_on(answer, outcome.watch, RULES, asked_at=now, now=now, jitter=0)
    return outcome


@pytest.mark.parametrize(
    "seconds", [(0, 15, 30), (0, 29, 30), (0, 1, 30), (0, 1, 2, 3, 31)], ids=str
)
def test_three_404s_half_a_minute_apart_end_a_task(seconds: Sequence[int]) -> None:
    assert look([(at, ABSENT) for at in seconds]) == GONE


@pytest.mark.parametrize("seconds", [(0,), (0, 30), (0, 1, 2), (0, 1, 2, 3, 29)], ids=str)
def test_fewer_404s_or_a_shorter_time_prove_nothing(seconds: Sequence[int]) -> None:
    assert isinstance(look([(at, ABSENT) for at in seconds]), WatchOn)


def test_after_a_404_the_other_path_is_tried_at_once_and_the_next_pair_as_early_as_any() -> None:
    outcome: Outcome = WatchOn(make_watch())
    times = []
    while isinstance(outcome, WatchOn):
        now = outcome.watch.due_at
        times.append((now - NOW) / SECOND)
        outcome = decide_on(ABSENT, outcome.watch, RULES, asked_at=now, now=now, jitter=0)

    pairs = [float(at) for at in range(0, 30, 3) for _ in range(2)]
    assert (times, outcome) == ([*pairs, 30.0], GONE)


def test_looks_after_a_404_are_never_so_far_apart_that_three_take_longer_than_needed() -> None:
    lazy = Rules(policy=Fixed(floor=120 * SECOND), patience=120 * SECOND)

    strayed = make_watch().on_the_other_path
    outcome = decide_on(ABSENT, strayed, lazy, asked_at=NOW, now=NOW, jitter=0)

    assert isinstance(outcome, WatchOn)
    assert outcome.watch.due_at == NOW + 15 * SECOND


def test_the_path_that_knows_the_task_is_kept() -> None:
    watched = look([(0, ABSENT), (0, NOT_YET), (3, FAULT)])

    assert isinstance(watched, WatchOn)
    assert (watched.watch.path, watched.watch.strayed) == (make_watch().other_path, False)


def test_a_path_that_was_only_tried_is_left_after_a_fault() -> None:
    watched = look([(0, ABSENT), (0, FAULT)])

    assert isinstance(watched, WatchOn)
    assert (watched.watch.path, watched.watch.strayed) == (make_watch().path, False)


def test_an_answer_between_begins_the_count_anew() -> None:
    watched = look([(0, ABSENT), (15, ABSENT), (20, NOT_YET), (30, ABSENT), (45, ABSENT)])

    assert isinstance(watched, WatchOn)
    assert (watched.watch.absences, watched.watch.absent_since) == (2, NOW + 30 * SECOND)


def test_faults_between_are_not_counted() -> None:
    watched = look([(0, ABSENT), (15, FAULT), (20, FAULT), (30, ABSENT), (45, FAULT)])

    assert isinstance(watched, WatchOn)
    assert watched.watch.absences == 2


def test_faults_between_do_not_begin_the_count_anew() -> None:
    assert look([(0, ABSENT), (10, FAULT), (15, ABSENT), (20, FAULT), (30, ABSENT)]) == GONE


def test_a_404_leaves_the_status_as_it_was_and_shows_in_the_log() -> None:
    watched = look([(0, Unfinished(Status.PROCESSING)), (3, ABSENT)])

    assert isinstance(watched, WatchOn)
    assert (watched.watch.status, watched.watch.sight) == (Status.PROCESSING, "absent")


def test_the_wait_after_a_404_is_not_held_against_anyone() -> None:
    watched = look([(0, ABSENT), (15, NOT_YET)])

    assert isinstance(watched, WatchOn)
    assert watched.watch.deadline_at == make_watch().deadline_at


def test_time_in_which_nobody_could_ask_is_no_time_of_absence() -> None:
    impatient = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)
    outcome: Outcome = WatchOn(make_watch())
    for seconds in (0, 1, 601):  # Between the last two, everything was down for ten minutes.
        assert isinstance(outcome, WatchOn)
        now = NOW + seconds * SECOND
        outcome = decide_on(ABSENT, outcome.watch, impatient, asked_at=now, now=now, jitter=0)

    assert isinstance(outcome, WatchOn)
    assert outcome.watch.absences == 3


def test_404s_and_400s_are_counted_each_by_themselves() -> None:
    rejected = Rejected("odd id")
    watched = look([(0, rejected), (0, ABSENT), (15, rejected), (15, ABSENT), (29, rejected)])

    assert isinstance(watched, WatchOn)
    assert (watched.watch.rejections, watched.watch.absences) == (3, 2)
    assert look([(0, rejected), (0, ABSENT), (15, rejected), (30, rejected)]) == Ended(
        status=Status.FAILED, error="LemonData rejects the id: odd id"
    )
