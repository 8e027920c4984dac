"""What others take up while somebody prunes is never half deleted, and they go on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import monotonic, sleep

import pytest
from sqlalchemy import event, select, text

from app.db.session import Database
from app.deliveries.resend import resend
from app.errors import NotFound
from app.outbox.models import Delivery
from app.process.process import Process
from app.register.hold import hold
from app.register.register import register_all
from app.retention.choose import Kept
from app.retention.remove import remove
from app.retention.sweep import Pruned
from app.tasks.models import Task
from tests.build import CLIENT, NOW
from tests.flow.test_register import hand_over, prepared
from tests.pruning import BEFORE, counts, ended, found, has_endpoint, names, prune

# Where rows are locked one by one. SQLite has one writer, and what it writes is seen before or after.
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SOON = 20.0  # seconds; what takes as long as this has failed


def delivery_id(database: Database) -> int:
    """Return the one delivery there is."""
    with database.reading() as session:
        return session.scalars(select(Delivery.id)).one()


@contextmanager
def removing(database: Database) -> Iterator[None]:
    """Have all that is old removed, which is committed at the end of the block."""
    olds = found(database)
    with database.writing() as session:
        assert remove(session, olds, before=BEFORE) == olds
        yield


def until_somebody_waits(database: Database) -> None:
    """Return once somebody waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = monotonic() + SOON
    while True:
        with database.reading() as session:
            if session.scalar(waiting):
                return
        assert monotonic() < until
        sleep(0.01)


@on_postgres
@pytest.mark.parametrize("of", [Task, Delivery])
def test_what_somebody_has_at_hand_is_passed_over(
    process: Process, of: type[Task] | type[Delivery]
) -> None:
    """And not waited for."""
    has_endpoint(process)
    ended(process, "img_1")
    with process.database.writing() as session:
        session.scalars(select(of).with_for_update()).one()

        pruned = prune(process.database)

    assert (pruned.tasks, pruned.kept) == (0, {Kept.BUSY: 1})
    assert prune(process.database).tasks == 1


@on_postgres
def test_an_id_that_is_registered_while_its_task_goes_is_new(process: Process) -> None:
    """It waits for the end of that batch."""
    ended(process, "img_1")
    with ThreadPoolExecutor(1) as pool:
        with removing(process.database):
            registering = pool.submit(hand_over, process, task_id="img_1")
            until_somebody_waits(process.database)
        task, is_new = registering.result(SOON)

    assert (is_new, task.status.is_live, names(process.database)) == (True, True, ["img_1"])


@on_postgres
def test_an_id_whose_task_goes_as_it_is_read_is_new(process: Process) -> None:
    """It was there when it was to be inserted, and is not when it is to be shown."""
    ended(process, "img_1")
    new = prepared(process, task_id="img_1")
    returned: list[int] = []

    def go(*_: object) -> None:
        """Prune once the connection is given back on which it was to be inserted."""
        returned.append(0)
        if len(returned) == 1:
            returned[0] = prune(process.database).tasks

    event.listen(process.database.engine, "checkin", go)
    (became,) = register_all(process.database, [new])

    assert isinstance(became, tuple)
    assert (returned[0], became[1], names(process.database)) == (1, True, ["img_1"])


@on_postgres
def test_who_asks_for_what_goes_just_then_is_told_that_it_is_not_there(process: Process) -> None:
    """A look at a task, and sending a delivery once more."""
    has_endpoint(process)
    ended(process, "img_1")
    sent = delivery_id(process.database)

    def look() -> None:
        with process.database.writing() as session:
            hold(session, CLIENT, "img_1")

    def send() -> None:
        with process.database.writing() as session:
            resend(session, sent, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        with removing(process.database):
            asked = [pool.submit(look)]
            until_somebody_waits(process.database)
            asked.append(pool.submit(send))
        for one in asked:
            with pytest.raises(NotFound):
                one.result(SOON)


def test_two_who_prune_and_one_who_registers_go_on_side_by_side(process: Process) -> None:
    """Everything goes once, and the rest is whole."""
    has_endpoint(process)
    ended(process, *(f"img_{number}" for number in range(60)))
    all_three = Barrier(3)

    def clear() -> Pruned:
        all_three.wait(SOON)
        return prune(process.database, at_once=7)

    def register() -> list[bool]:
        all_three.wait(SOON)
        return [hand_over(process, task_id=f"new_{number}")[1] for number in range(20)]

    with ThreadPoolExecutor(3) as pool:
        pruning = [pool.submit(clear), pool.submit(clear)]
        assert pool.submit(register).result(SOON) == [True] * 20
        once, again = (one.result(SOON) for one in pruning)

    rest = prune(process.database)  # What each left to the other in the same instant.
    assert once.tasks + again.tasks + rest.tasks == 60
    assert names(process.database) == sorted(f"new_{number}" for number in range(20))
    assert not {"event", "delivery", "attempt", "odd_answer"} & counts(process.database).keys()
