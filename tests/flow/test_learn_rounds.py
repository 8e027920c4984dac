"""Rounds of learning take what was seen off the queue and count it once, whatever comes between."""

from threading import Barrier, Thread

import pytest

from app.curves import cycle
from app.curves.learn import learn
from app.curves.models import ALL
from app.db.session import Database
from tests.build import NOW
from tests.curves import curve, queue, queued, teach, weights


def test_learning_twice_is_learning_once(database: Database) -> None:
    teach(database, 3)

    with database.writing() as session:
        before = curve(session)
        assert learn(session, now=NOW, limit=100) == 0
        session.expire_all()

        assert curve(session) is before
        assert before.weight == pytest.approx(3)
        assert before.version == 1


@pytest.mark.parametrize("limits", [[60], [1, 2, 3, 54], [20, 20, 20], [59, 1]])
def test_however_it_is_split_all_that_was_seen_is_counted(
    database: Database, limits: list[int]
) -> None:
    with database.writing() as session:
        for number in range(30):
            queue(session, after=number, by=number + 3.0)
            queue(session, after=number, by=None)

    for limit in limits:
        with database.writing() as session:
            assert learn(session, now=NOW, limit=limit) == limit

    with database.reading() as session:
        assert queued(session) == 0
        assert weights(session) == pytest.approx(
            {("image", ALL): 30, ("image", "flux-pro"): 30}, rel=1e-4
        )
        assert curve(session).tally.exposed.sum() == pytest.approx(
            2 * sum(range(30)) + 45, rel=0.01
        )


def test_a_round_that_is_undone_loses_nothing(database: Database) -> None:
    teach(database, 2)

    with database.writing() as session:
        queue(session, 5)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        assert learn(session, now=NOW, limit=100) == 5
        raise ZeroDivisionError

    with database.reading() as session:
        assert queued(session) == 5
        assert curve(session).weight == pytest.approx(2)


def test_learners_at_once_count_nothing_twice_and_none_is_stuck(database: Database) -> None:
    """Each on a thread of its own, with a connection of its own, on models and kinds that cross."""
    with database.writing() as session:
        for number in range(300):
            kind = ("image", "video", "music")[number % 3]
            queue(session, kind=kind, model=f"model-{number % 7}", after=number / 10, by=40.0)
    failures: list[BaseException] = []
    begin = Barrier(4)

    def work() -> None:
        try:
            begin.wait()
            while True:
                with database.writing() as session:
                    if learn(session, now=NOW, limit=11) == 0:
                        return
        except BaseException as failure:  # noqa: BLE001 - whatever it is, the test is to tell it
            failures.append(failure)

    threads = [Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    with database.reading() as session:
        known = weights(session)
        assert queued(session) == 0
        assert {kind: known[kind, ALL] for kind in ("image", "video", "music")} == pytest.approx(
            {"image": 100, "video": 100, "music": 100}, rel=1e-3
        )
        assert sum(known.values()) == pytest.approx(600, rel=1e-3)
        assert len(known) == 3 + 3 * 7


def test_one_ring_counts_all_that_is_there(database: Database) -> None:
    """In several rounds, each a transaction of its own."""
    with database.writing() as session:
        queue(session, 2 * cycle.AT_ONCE + 100)

    cycle.run(database, clock=lambda: NOW)

    with database.reading() as session:
        assert queued(session) == 0
        assert curve(session).weight == pytest.approx(2 * cycle.AT_ONCE + 100, rel=1e-4)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:9/none"]
)
def test_a_ring_while_the_database_is_away_is_a_ring_in_vain(url: str) -> None:
    away = Database(url)

    cycle.run(away, clock=lambda: NOW)

    away.close()
