"""A task that timed out keeps a place in the schedule for two hours, and may yet be completed."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.outbox.models import Delivery, Event
from app.poll.claim import Claim
from app.poll.record import record
from app.process.process import Process
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import Status
from app.tasks.timeline import fold, transitions_of
from app.upstream.answer import (
    Answer,
    Cancelled,
    Finished,
    Image,
    Nonsense,
    Outage,
    Refused,
    Unfinished,
)
from tests.build import MINUTE, NOW, SECOND, claim_polls, completed, look_at, make_task

END = NOW + 5 * MINUTE
HOUR = timedelta(hours=1)
NOT_YET = Unfinished(Status.PROCESSING)
DONE = Finished((Image("https://x/1.png", None, 0),))


def look(process: Process, answer: Answer, *, now: datetime) -> int:
    """Run a round; return how many tasks were asked for."""
    with process.database.writing() as session:
        return len(look_at(session, answer, now=now))


def task(process: Process) -> Task:
    """Return the one task."""
    with process.database.reading() as session:
        return session.scalars(select(Task)).one()


def polls(process: Process) -> list[Poll]:
    """Return what is left of the schedule."""
    with process.database.reading() as session:
        return list(session.scalars(select(Poll)))


def events(process: Process) -> list[tuple[str, int | None]]:
    """Return the events there are, with their versions."""
    with process.database.reading() as session:
        found = session.scalars(select(Event).order_by(Event.id))
        return [(event.type, event.version) for event in found]


@pytest.fixture
def over(process: Process) -> Process:
    """A task that timed out at END."""
    with process.database.writing() as session:
        make_task(session, due_at=END, expected_at=END, deadline_at=END,
                  webhook_url="http://127.0.0.1:9/hook")  # fmt: skip
    assert look(process, NOT_YET, now=END) == 1
    return process


def test_a_task_that_timed_out_is_over_and_told_of_at_once(over: Process) -> None:
    """The late watch keeps nobody waiting; its next look is shown."""
    assert (task(over).status, task(over).version) == (Status.TIMED_OUT, 2)
    assert events(over) == [("task.timed_out", 2)]
    with over.database.reading() as session:
        body = json.loads(session.scalars(select(Event.body)).one())
    assert body["data"]["next_poll_at"] == (END + 10 * MINUTE).isoformat().replace("+00:00", "Z")


def test_it_is_looked_at_after_ten_and_thirty_minutes_and_two_hours_and_no_more(
    over: Process,
) -> None:
    """Then it leaves the schedule, as it ended."""
    looks = []
    for minute in range(0, 26 * 60, 10):
        looks += [minute] * look(over, NOT_YET, now=END + minute * MINUTE)

    assert looks == [10, 30, 120]
    assert polls(over) == []
    assert (task(over).status, task(over).version) == (Status.TIMED_OUT, 2)
    assert events(over) == [("task.timed_out", 2)]
    with over.database.reading() as session:
        lines = session.scalars(select(Transition).order_by(Transition.id)).all()
    assert [line.sight for line in lines] == ["registered", "timed_out", "watched no more"]


@pytest.mark.parametrize("minutes", [10, 30, 120, 600])
def test_what_is_completed_late_is_completed_once_with_an_event_of_its_own(
    over: Process, minutes: int
) -> None:
    """The task's second; the images are there, and the reason for the time-out is not."""
    late = END + minutes * MINUTE
    for at in [m for m in (10, 30, 120) if m < minutes][:2]:
        look(over, NOT_YET, now=END + at * MINUTE)

    assert look(over, DONE, now=late) == 1

    ended = task(over)
    assert (ended.status, ended.version, ended.error) == (Status.COMPLETED, 3, None)
    assert ended.images == [{"url": "https://x/1.png", "revised_prompt": None}]
    assert (ended.finished_at, ended.not_after) == (late, late)
    assert events(over) == [("task.timed_out", 2), ("task.completed", 3)]
    with over.database.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == 2
    assert polls(over) == []


@pytest.mark.parametrize("answer", [Refused("Too odd"), Cancelled("Too odd")], ids=str)
def test_what_fails_late_has_failed(over: Process, answer: Answer) -> None:
    """That it was cancelled there makes no difference now."""
    look(over, answer, now=END + 10 * MINUTE)

    assert (task(over).status, task(over).error) == (Status.FAILED, "Too odd")
    assert events(over) == [("task.timed_out", 2), ("task.failed", 3)]
    assert polls(over) == []


def test_faults_during_a_late_look_are_tried_again(over: Process) -> None:
    """Every five minutes, so that an outage does not cost the images."""
    asked = []
    for minute in range(10, 30):
        asked += [minute] * look(over, Outage("HTTP 503"), now=END + minute * MINUTE)
    assert asked == [10, 15, 20, 25]
    assert events(over) == [("task.timed_out", 2)]

    look(over, DONE, now=END + 30 * MINUTE)

    assert task(over).status is Status.COMPLETED


def test_faults_do_not_keep_a_task_in_the_schedule_for_ever(over: Process) -> None:
    """A day after the last look it is given up, still as it ended."""
    for minute in range(10, 27 * 60, 20):
        look(over, Nonsense("a page"), now=END + minute * MINUTE)

    assert polls(over) == []
    assert (task(over).status, task(over).version) == (Status.TIMED_OUT, 2)


def test_a_late_look_recorded_twice_is_recorded_once(over: Process) -> None:
    """As when the connection is lost just after the commit."""
    at = END + 10 * MINUTE
    with over.database.writing() as session:
        (claim,) = claim_polls(session, now=at)
    finding = completed(claim, at=at)

    written = []
    for _ in range(2):
        with over.database.writing() as session:
            written.append(len(record(session, [finding], now=at).moved))

    assert written == [1, 0]
    assert events(over) == [("task.timed_out", 2), ("task.completed", 3)]


def test_of_two_workers_at_one_late_look_the_later_claim_writes(over: Process) -> None:
    """The first had been taken for dead."""
    at = END + 10 * MINUTE
    claims: list[Claim] = []
    for now in (at, at + MINUTE):
        with over.database.writing() as session:
            claims += claim_polls(session, now=now, lease=30 * SECOND)
    dead, alive = claims

    with over.database.writing() as session:
        refused = record(session, [completed(dead, "https://dead/1.png")], now=at + MINUTE)
        written = record(session, [completed(alive, "https://alive/1.png")], now=at + MINUTE)

    assert (refused.written, refused.moved) == ([], [])
    assert [task.images[0]["url"] for task in written.moved] == ["https://alive/1.png"]


def test_looks_after_the_end_are_counted_and_the_timeline_adds_up(over: Process) -> None:
    """Though no status moves, and nothing is left of the schedule."""
    for wait in (10 * MINUTE, 30 * MINUTE, 2 * HOUR):
        look(over, NOT_YET, now=END + wait)
    with over.database.reading() as session:
        log = transitions_of(session, [task(over).id])[task(over).id]

    counts = [line.polls for line in fold(log, polls=task(over).polls)]

    assert (polls(over), task(over).version) == ([], 2)
    assert all(count >= 0 for count in counts)
    assert sum(counts) == task(over).polls


def test_it_ended_after_the_last_look_that_saw_it_unfinished(over: Process) -> None:
    """Also where that was after the deadline."""
    look(over, NOT_YET, now=END + 10 * MINUTE)
    look(over, DONE, now=END + 30 * MINUTE)

    assert task(over).not_before == END + 10 * MINUTE
    assert task(over).not_after == END + 30 * MINUTE
