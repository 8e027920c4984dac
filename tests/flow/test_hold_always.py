"""Whatever two processes do to the same tasks, each task can be found when it is due, and is asked for."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from app.db.session import Database
from app.poll.presence import bury
from app.register.again import look_again
from app.tasks.models import Holder, Poll
from tests.build import CLIENT, MINUTE, NOW, make_task
from tests.flow.test_hold import WAIT, Worker, as_before

TASKS = 12
STEP = timedelta(milliseconds=250)
# Longer than any of them may be left alone: a lease that was kept, and a look that comes after it.
LONGEST = 2 * MINUTE


def check(database: Database, now: datetime, since: dict[int, datetime]) -> None:
    """Each row can be found by when it is due and free, and none was left alone for too long."""
    with database.reading() as session:
        for poll in session.scalars(select(Poll)):
            assert poll.claimable_at <= max(poll.due_at, poll.leased_until)
            assert now - since[poll.task_id] < LONGEST


@pytest.mark.parametrize("seed", range(6))
def test_no_task_is_lost_or_left_alone(database: Database, seed: int) -> None:
    """Whoever dies, forgets an answer, is asked for a look, or has little room."""
    chance = Random(seed)
    with database.writing() as session:
        for number in range(TASKS):
            make_task(session, f"img_{number}", due_at=NOW, deadline_at=NOW + 600 * MINUTE)
        since = dict.fromkeys(session.scalars(select(Poll.task_id)), NOW)
    workers, now = [Worker(database), Worker(database)], NOW
    for _ in range(400):
        now += STEP * chance.choice([1, 1, 1, 4, 12])
        place = chance.randrange(2)
        worker = workers[place]
        worker.seconds = (now - NOW).total_seconds()
        claims = worker.claim(now, limit=chance.choice([1, 3, 100]))
        answered = [one for one in claims if chance.random() < 0.97]  # The rest are never heard of.
        since |= {one.task_id: now for one in answered}
        faults = {one.task_id: chance.random() < 0.1 for one in answered}
        worker.record(
            *(
                as_before(one, now, faults=1, sight="fault") if faults[one.task_id]
                else as_before(one, now, faults=0)
                for one in answered
            ),
            now=now,
        )  # fmt: skip
        if chance.random() < 0.05:
            with database.writing() as session:
                look_again(session, CLIENT, f"img_{chance.randrange(TASKS)}", now=now)
        if chance.random() < 0.03:
            workers[place] = Worker(database)  # It was killed, and another begins.
            bury_all_but(database, workers)
        check(database, now, since)


def bury_all_but(database: Database, workers: list[Worker]) -> None:
    """Free what the others had."""
    alive = {one.by.presence.id for one in workers}
    with database.writing() as session:
        for holder in session.scalars(select(Holder).where(Holder.id.not_in(alive))).all():
            bury(session, holder.id, holder.beats)


def test_both_processes_together_ask_for_each_task_about_as_often_as_one(
    database: Database,
) -> None:
    """Nothing is asked for twice in a wait, with never a claim under a lease that is another's."""
    with database.writing() as session:
        for number in range(TASKS):
            make_task(session, f"img_{number}", due_at=NOW, deadline_at=NOW + 600 * MINUTE)
    workers, now, looks = [Worker(database), Worker(database)], NOW, 0
    for step in range(200):
        now += STEP
        worker = workers[step % 2]
        worker.seconds = (now - NOW).total_seconds()
        looks += len(worker.look(now))

    with database.reading() as session:
        polls = session.scalars(select(Poll.polls)).all()
    assert sum(polls) == looks
    each = (200 * STEP) // WAIT
    assert all(each * 0.8 <= count <= each + 1 for count in polls)
