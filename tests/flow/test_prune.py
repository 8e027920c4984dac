"""What ended long ago goes whole; what stays is not looked at twice."""

import pytest
from sqlalchemy import event, select

from app.clients.models import Client
from app.outbox.models import Delivery, Event, Stream
from app.outbox.states import DeliveryState
from app.process.process import Process
from app.retention.choose import Kept
from app.retention.sweep import Pruned, sweep
from tests.build import (
    CLIENT,
    SECOND,
    make_delivery,
)
from tests.pruning import BEFORE, counts, ended, has_endpoint, names, prune

OWN = "https://1.1.1.1/own"
OF_TASKS = {
    "task", "task_label", "transition", "odd_answer", "event", "delivery", "attempt",
}  # fmt: skip


def test_all_that_belongs_to_a_task_goes_with_it(process: Process) -> None:
    """And of others nothing; what was learnt of it stays."""
    has_endpoint(process)
    before = counts(process.database)
    ended(process, "img_1", webhook_url=OWN)
    with_it = counts(process.database)

    pruned = prune(process.database)

    assert pruned == Pruned(tasks=1, events=1, deliveries=2)
    left = counts(process.database)
    assert with_it.keys() - left.keys() == OF_TASKS
    assert left.keys() - before.keys() == {"observation", "stream"}


def test_of_one_that_is_younger_nothing_goes(process: Process) -> None:
    has_endpoint(process)
    ended(process, "img_young", at=BEFORE)
    with_it = counts(process.database)
    ended(process, "img_old", at=BEFORE - SECOND)

    prune(process.database)

    assert names(process.database) == ["img_young"]
    assert counts(process.database) == with_it | {"observation": 2}


def test_events_that_concern_no_task_go_too(process: Process) -> None:
    """By their own age, and once they are delivered."""
    with process.database.writing() as session:
        old, owed, young = (make_delivery(session, OWN) for _ in range(3))
        old.state = young.state = DeliveryState.DELIVERED
        session.get_one(Event, young.event_id).created_at = BEFORE

    pruned = prune(process.database)

    assert pruned == Pruned(events=1, deliveries=1, kept=pruned.kept)
    assert pruned.kept == {Kept.UNDELIVERED: 1}
    with process.database.reading() as session:
        left = session.scalars(select(Delivery.id).order_by(Delivery.id)).all()
    assert left == [owed.id, young.id]


def test_a_dry_run_counts_the_same_and_removes_nothing(process: Process) -> None:
    has_endpoint(process)
    ended(process, "img_1", "img_2")
    ended(process, "img_owed", state=DeliveryState.DUE)
    before = counts(process.database)

    counted = sum(sweep(process.database, before=BEFORE, only_counts=True), Pruned())

    assert counts(process.database) == before
    assert counted == prune(process.database)
    assert (counted.tasks, counted.kept) == (2, {Kept.UNDELIVERED: 1})


def test_it_goes_in_small_batches_past_what_stays(process: Process) -> None:
    """Each task is looked at once, though the oldest stay."""
    has_endpoint(process)
    ended(process, "img_1", "img_2", "img_3", state=DeliveryState.HELD)
    ended(process, "img_4", "img_5")

    batches = list(sweep(process.database, before=BEFORE, at_once=2))

    assert [(one.tasks, one.kept.total()) for one in batches] == [(0, 2), (1, 1), (1, 0), (0, 0)]
    assert names(process.database) == ["img_1", "img_2", "img_3"]


def test_a_batch_that_fails_leaves_nothing_half_deleted(process: Process) -> None:
    """Those before it are gone, and the next run does the rest."""
    has_endpoint(process)
    ended(process, "img_1")
    one = counts(process.database)
    ended(process, "img_2")

    def fail(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE FROM task "):
            raise ZeroDivisionError

    batches = sweep(process.database, before=BEFORE, at_once=1)
    assert next(batches).tasks == 1
    event.listen(process.database.engine, "before_cursor_execute", fail)
    with pytest.raises(ZeroDivisionError):
        next(batches)
    event.remove(process.database.engine, "before_cursor_execute", fail)

    assert names(process.database) == ["img_2"]
    assert counts(process.database) == one | {"observation": 2}
    assert prune(process.database).tasks == 1


def test_numbers_go_on_though_all_that_had_one_are_gone(process: Process) -> None:
    has_endpoint(process)
    ended(process, "img_1", "img_2")
    prune(process.database)

    ended(process, "img_3")

    with process.database.reading() as session:
        assert session.scalars(select(Event.sequence)).all() == [3]
        assert session.scalars(select(Delivery.sequence)).all() == [3]


def test_every_client_s_tasks_go_and_each_has_its_own_mark(process: Process) -> None:
    with process.database.writing() as session:
        other = Client(name="other", webhook_secret="x", created_at=BEFORE)
        session.add(other)
        session.flush()
    ended(process, "img_1")
    ended(process, "img_1", "img_2", client_id=other.id)

    assert prune(process.database).tasks == 3

    with process.database.reading() as session:
        marks = {one.id: one.pruned for one in session.scalars(select(Stream))}
    assert marks == {-CLIENT: 1, -other.id: 2}


def test_the_last_event_that_went_is_remembered(process: Process) -> None:
    """By client; who reads events on from before it is told by that."""
    ended(process, "img_1", "img_2")
    with process.database.reading() as session:
        last = session.scalars(select(Event).order_by(Event.sequence.desc())).first()

    prune(process.database, at_once=1)

    with process.database.reading() as session:
        stream = session.get_one(Stream, -CLIENT)
    assert last is not None
    assert (stream.pruned, stream.pruned_id, stream.last) == (2, last.public_id, 2)
