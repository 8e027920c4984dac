"""Learning takes what was seen off the queue and counts it, once, for its model and for its kind."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.curves import cycle
from app.curves.learn import learn
from app.curves.models import ALL, CurveRow
from app.db.session import Database
from app.schedule.cold import cold_curve
from app.schedule.estimate import estimate
from tests.build import MINUTE, NOW
from tests.curves import curve, queue, queued, teach, weights

HOUR = timedelta(hours=1)


def test_an_end_counts_for_its_model_and_for_its_kind(database: Database) -> None:
    with database.writing() as session:
        queue(session, 3, model="flux-pro")
        queue(session, 2, model="ideogram-v3")
        queue(session, 1, model=None)
        queue(session, 4, kind="video", model="flux-pro")

        taken = learn(session, now=NOW, limit=100)

        assert (taken, queued(session)) == (10, 0)
        assert weights(session) == pytest.approx(
            {
                ("image", ALL): 6,
                ("image", "flux-pro"): 3,
                ("image", "ideogram-v3"): 2,
                ("video", ALL): 4,
                ("video", "flux-pro"): 4,
            }
        )


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

    with pytest.raises(ZeroDivisionError), database.writing() as session:
        queue(session, 5)
        session.flush()
        raise ZeroDivisionError
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


def test_what_was_seen_fades_by_half_in_six_hours(database: Database) -> None:
    teach(database, 8)

    with database.writing() as session:
        queue(session, after=1.0, by=None)
        learn(session, now=NOW + 6 * HOUR, limit=100)

        assert curve(session, "flux-pro").weight == pytest.approx(4, rel=1e-4)


def test_a_clock_that_goes_back_fades_nothing(database: Database) -> None:
    teach(database, 8)

    with database.writing() as session:
        queue(session, 1)
        learn(session, now=NOW - 6 * HOUR, limit=100)

        assert curve(session).weight == pytest.approx(9, rel=1e-4)


def test_a_version_rises_on_news_and_on_nothing_less(database: Database) -> None:
    """News is a seventh more than was known."""
    teach(database, 100)
    versions = []

    for _ in range(20):
        teach(database, 1)
        with database.reading() as session:
            versions.append(curve(session).version)

    assert versions[0] == 1
    assert versions[-1] == 2
    assert versions.index(2) in range(13, 18)


def test_after_ten_minutes_little_is_news_too(database: Database) -> None:
    teach(database, 100)
    versions = []

    for minutes in (9, 10, 11):
        with database.writing() as session:
            queue(session)
            learn(session, now=NOW + minutes * MINUTE, limit=100)
            versions.append(curve(session).version)

    assert versions == [1, 2, 2]


def test_what_only_went_on_is_no_news_but_counts(database: Database) -> None:
    teach(database, 3, after=200.0, by=None)

    with database.reading() as session:
        row = curve(session, "flux-pro")
        assert (row.version, row.weight) == (0, 0)
        assert row.tally.exposed.sum() == pytest.approx(600, rel=1e-4)


def test_a_model_s_ends_are_placed_as_its_kind_s_would_be(database: Database) -> None:
    """Seen only to have ended within two minutes, where all others end at 20 s."""
    teach(database, 200, after=20.0, by=21.0, model="known")

    teach(database, 40, after=0.0, by=120.0, model="new")

    with database.reading() as session:
        tally = curve(session, "new").tally
    assert tally.exposed.sum() / tally.weight < 30
    assert estimate(tally, cold_curve("image")).survival_at(30) < 0.4


def test_only_so_many_models_are_known_by_themselves(database: Database) -> None:
    """What a client calls the model may be anything; the kind counts them all."""
    with database.writing() as session:
        for number in range(6):
            queue(session, model=f"model-{number}")
        learn(session, now=NOW, limit=4, models=3)
        learn(session, now=NOW, limit=4, models=3)
        queue(session, model="model-0")
        learn(session, now=NOW, limit=4, models=3)

        known = weights(session)

    assert set(known) == {("image", model) for model in (ALL, "model-0", "model-1", "model-2")}
    assert known["image", ALL] == pytest.approx(7)
    assert known["image", "model-0"] == pytest.approx(2)


def test_a_model_that_was_not_seen_for_days_makes_room(database: Database) -> None:
    with database.writing() as session:
        queue(session, model="old")
        learn(session, now=NOW, limit=10, models=1)
        queue(session, model="new")

        learn(session, now=NOW + 6 * 24 * HOUR, limit=10, models=1)

        assert set(session.scalars(select(CurveRow.model))) == {ALL, "new"}


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
