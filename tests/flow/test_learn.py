"""What was seen counts for its model and its kind, fades, and is told to readers when it is news."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.curves.learn import learn
from app.curves.models import ALL, CurveRow
from app.db.session import Database
from app.schedule.cold import cold_curve
from app.schedule.estimate import estimate
from app.schedule.tally import AFRESH
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


def test_an_end_that_is_far_too_early_is_news_and_a_few_of_them_a_beginning_afresh(
    database: Database,
) -> None:
    """What speaks for a change is kept from one round to the next."""
    teach(database, 100)
    found = []

    for count in (1, 1, 8):
        teach(database, count, after=0.0, by=5.0)
        with database.reading() as session:
            row = curve(session, "flux-pro")
            found.append((row.version, row.doubt, row.weight))

    versions, doubts, known = zip(*found, strict=True)
    assert versions == (2, 2, 3)
    assert doubts[1] > doubts[0] > doubts[2] == 0
    assert known == pytest.approx((101, 102, AFRESH + 8), rel=1e-3)


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
