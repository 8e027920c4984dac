"""A look that was asked for is not lost while another is under way, nor by a pause."""

from datetime import datetime

import pytest

from app.db.session import Database
from app.poll.claim import Claim
from app.poll.finding import Finding
from app.poll.outcome import Dropped, Outcome, WatchOn
from app.poll.record import record
from app.poll.rules import Rules
from app.register.again import look_again
from app.schedule.backoff import Fixed
from app.tasks.models import Poll
from app.tasks.status import Status
from app.upstream.answer import Absent, Answer, Finished, Image, Nonsense, NotAsked, Outage
from tests.build import CLIENT, MINUTE, NOW, SECOND, claim_polls, decide_on, make_task, make_watch

RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=MINUTE)
END = NOW - 2000 * MINUTE  # So long ago that all late looks are over.


@pytest.fixture
def claim(database: Database) -> Claim:
    """A task that is being asked for."""
    with database.writing() as session:
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
    return claim


def written(database: Database, claim: Claim, *, asked_at: datetime) -> Poll:
    """Write an outage that asks for an hour's wait; return what the schedule says then."""
    answer = Outage("HTTP 503", 60 * MINUTE)
    outcome = decide_on(answer, claim.watch, RULES, asked_at=NOW, now=NOW + 2 * SECOND)
    found = Finding(claim=claim, outcome=outcome, at=NOW + 2 * SECOND, asked_at=asked_at)
    with database.writing() as session:
        record(session, [found], now=NOW + 2 * SECOND)
        return session.get_one(Poll, claim.task_id)


def test_what_was_asked_for_in_between_is_still_to_come(database: Database, claim: Claim) -> None:
    """However long the answer under way asks to wait."""
    with database.writing() as session:
        look_again(session, CLIENT, "img_1", now=NOW + SECOND)

    poll = written(database, claim, asked_at=NOW)

    assert (poll.forced_at, poll.due_at) == (NOW + SECOND, NOW + SECOND)


def test_what_was_asked_for_before_has_been_done(database: Database, claim: Claim) -> None:
    """The answer is the one that was wanted."""
    with database.writing() as session:
        session.get_one(Poll, claim.task_id).forced_at = NOW - SECOND

    poll = written(database, claim, asked_at=NOW)

    assert (poll.forced_at, poll.due_at) == (None, NOW + 60 * MINUTE + 2 * SECOND)


def late(answer: Answer, *, strayed: bool = False, expected_at: datetime = NOW) -> Outcome:
    """Decide what an answer means to a look that was asked for long after the end."""
    watch = make_watch(status=Status.TIMED_OUT, ended_at=END, expected_at=expected_at)
    watch = watch.on_the_other_path if strayed else watch
    return decide_on(answer, watch, RULES, asked_at=NOW, now=NOW)


def test_a_late_look_that_met_an_outage_is_tried_again() -> None:
    """For a day from when it was asked for, however long ago the task ended."""
    outcome = late(Outage("HTTP 502"))

    assert isinstance(outcome, WatchOn)
    assert outcome.watch.due_at == NOW + 5 * MINUTE
    assert outcome.watch.expected_at == NOW
    assert not isinstance(late(Outage("HTTP 502"), expected_at=NOW - 1441 * MINUTE), WatchOn)


def test_a_late_look_tries_both_paths() -> None:
    """What only the other one knows is not lost."""
    outcome = late(Absent())

    assert isinstance(outcome, WatchOn)
    assert (outcome.watch.path, outcome.watch.due_at) == (make_watch().other_path, NOW)
    assert not isinstance(late(Absent(), strayed=True), WatchOn)
    assert not isinstance(late(Finished((Image("u", None, 0),)), strayed=True), WatchOn)


def test_what_was_not_asked_changes_nothing() -> None:
    """The look is as due as it was."""
    watch = make_watch()

    outcome = decide_on(NotAsked("stopped"), watch, RULES, asked_at=NOW, now=NOW)

    assert outcome == WatchOn(watch)


def test_a_path_that_an_older_lemondata_has_not_ends_no_late_look_in_a_loop() -> None:
    """Its web server's own 404 is all there is to hear there."""
    assert isinstance(late(Nonsense("HTTP 404"), strayed=True), Dropped)
    assert isinstance(late(Nonsense("HTTP 404")), WatchOn)
