"""Rings of retention remove a little each, from where the ring before stopped."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from app.db.session import Database
from app.outbox.states import DeliveryState
from app.process.process import Process
from app.retention.cycle import Retention
from tests.build import MINUTE, NOW
from tests.pruning import BEFORE, ended, has_endpoint, names

AGE = timedelta(days=90)
LATER = BEFORE + AGE


def ring_by_ring(database: Database) -> Retention:
    """Have no time at a ring but for one task."""
    return Retention(database, AGE, work=0, at_once=1)


def test_what_is_old_is_gone_after_a_ring(process: Process) -> None:
    """It is told by its numbers alone."""
    has_endpoint(process)
    ended(process, "img_1", "img_2")
    ended(process, "img_young", at=BEFORE + MINUTE)

    with capture_logs() as logs:
        Retention(process.database, AGE).run(now=LATER)
        Retention(process.database, AGE).run(now=LATER)

    assert names(process.database) == ["img_young"]
    assert logs == [
        {"event": "retention.pruned", "log_level": "info", "tasks": 2, "events": 2, "deliveries": 2,
         "kept": 0}
    ]  # fmt: skip


def test_what_stays_does_not_keep_the_rings_from_what_may_go(process: Process) -> None:
    """Each goes on where the one before stopped, and after the last it begins anew."""
    has_endpoint(process)
    ended(process, "img_1", "img_2", state=DeliveryState.HELD)
    ended(process, "img_3")
    retention = ring_by_ring(process.database)

    left = []
    for _ in range(3):
        retention.run(now=LATER)
        left.append(names(process.database))
    ended(process, "img_4")
    for _ in range(10):
        retention.run(now=LATER)

    assert left == [["img_1", "img_2", "img_3"]] * 2 + [["img_1", "img_2"]]
    assert names(process.database) == ["img_1", "img_2"]


def test_without_an_age_everything_is_kept(process: Process) -> None:
    """Which is the default."""
    ended(process, "img_1")

    process.get(Retention).run(now=NOW + timedelta(days=10_000))

    assert names(process.database) == ["img_1"]


def test_the_age_is_that_of_the_settings(process: Process) -> None:
    ended(process, "img_1")
    kept = Process(process.settings.model_copy(update={"retention": AGE}))

    kept.get(Retention).run(now=NOW + AGE)
    assert names(process.database) == ["img_1"]
    kept.get(Retention).run(now=NOW + AGE + 2 * MINUTE)

    assert names(process.database) == []
    kept.close()


def test_a_process_that_ends_does_not_go_on(process: Process) -> None:
    """It ends with the batch that is under way."""
    ended(process, "img_1", "img_2")
    retention = Retention(process.database, AGE, at_once=1)
    retention.stop()

    retention.run(now=LATER)

    assert names(process.database) == ["img_2"]


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:9/none"]
)
def test_a_ring_while_the_database_is_away_is_a_ring_in_vain(url: str) -> None:
    away = Database(url)

    with capture_logs() as logs:
        Retention(away, AGE).run(now=NOW)

    assert [line["event"] for line in logs] == ["retention.failed"]
    away.close()
