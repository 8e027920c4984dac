"""A process has its forecasts at hand, and brings them up to date beside its work."""

from collections.abc import Iterator
from threading import enumerate as threads
from time import monotonic, sleep

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.curves.forecasts import Forecasts
from app.db.session import Database
from app.process.process import Process
from app.schedule.cold import cold_curve
from tests.curves import teach


@pytest.fixture
def forecasts(database: Database) -> Iterator[Forecasts]:
    """Forecasts that are refreshed when a test says so."""
    forecasts = Forecasts(database, floor=3.0, cap=30.0, every=3600)
    yield forecasts
    forecasts.close(grace=0)


def median(forecasts: Forecasts, kind: str, model: str | None) -> float:
    """Return the age by which half of the tasks have ended."""
    return forecasts.book.of(kind, model).curve.residual(0, 0.5)


def test_the_first_use_knows_what_was_learnt_before(
    database: Database, forecasts: Forecasts
) -> None:
    teach(database, 100, after=20.0, by=21.0)

    assert median(forecasts, "image", "flux-pro") == pytest.approx(20, abs=3)


def test_a_model_that_was_never_seen_is_like_its_kind_and_else_as_the_vendor_says(
    database: Database, forecasts: Forecasts
) -> None:
    teach(database, 100, after=20.0, by=21.0)
    book = forecasts.book

    assert book.of("image", "new") is book.of("image", None)
    assert median(forecasts, "image", "new") == pytest.approx(20, abs=3)
    assert book.of("video", "new").curve is cold_curve("video")


def test_a_new_version_is_taken_over_and_nothing_else_is_read_again(
    database: Database, forecasts: Forecasts
) -> None:
    teach(database, 100, model="quick", after=20.0, by=21.0)
    teach(database, 100, model="slow", after=90.0, by=91.0)
    before = forecasts.book

    teach(database, 300, model="quick", after=40.0, by=41.0)
    forecasts.refresh()

    after = forecasts.book
    assert median(forecasts, "image", "quick") == pytest.approx(40, abs=4)
    assert after.of("image", "slow") is before.of("image", "slow")
    assert after.of("image", None) is not before.of("image", None)


def test_plans_in_use_are_made_before_anyone_asks_for_them(
    database: Database, forecasts: Forecasts
) -> None:
    """Polls would wait for a tenth of a second; what nobody uses costs nothing."""
    teach(database, 20, model="used")
    teach(database, 20, model="idle")
    used = forecasts.book.of("image", "used").plan

    for model in ("used", "idle"):
        teach(database, 20, model=model, after=90.0, by=91.0)
    forecasts.refresh()

    book = forecasts.book
    assert book.of("image", "used").has_plan
    assert book.of("image", "used").plan is not used
    assert not book.of("image", "idle").has_plan


def test_a_model_that_went_by_its_kind_s_plan_gets_its_own_before_it_goes_by_it(
    database: Database, forecasts: Forecasts
) -> None:
    _ = forecasts.book.of("image", "new").plan

    teach(database, 20, model="new")
    forecasts.refresh()

    assert forecasts.book.of("image", None).has_plan
    assert forecasts.book.of("image", "new").has_plan


def test_while_it_is_used_a_thread_of_its_own_keeps_it_up_to_date(database: Database) -> None:
    forecasts = Forecasts(database, floor=3.0, cap=30.0, every=0.01)
    cold = median(forecasts, "image", None)

    teach(database, 100, after=20.0, by=21.0)
    until = monotonic() + 20
    while median(forecasts, "image", None) == cold and monotonic() < until:
        sleep(0.01)

    assert median(forecasts, "image", None) == pytest.approx(20, abs=3)
    forecasts.close(grace=0)


def test_closing_ends_the_thread(database: Database) -> None:
    forecasts = Forecasts(database, floor=3.0, cap=30.0, every=3600)
    _ = forecasts.book
    thread = next(one for one in threads() if one.name == "forecasts")

    forecasts.close(grace=0)

    assert not thread.is_alive()


def test_a_process_has_its_forecasts_as_a_part(process: Process) -> None:
    """With the floor and the cap of its settings."""
    book = process.get(Forecasts).book

    assert process.get(Forecasts) is process.get(Forecasts)
    assert (book.floor, book.cap) == (3.0, 30.0)


def test_what_is_known_stays_while_it_cannot_be_read(database: Database) -> None:
    """And the thread goes on: what is learnt after that is read."""
    teach(database, 100, after=20.0, by=21.0)
    forecasts = Forecasts(database, floor=3.0, cap=30.0, every=0.01)
    known = forecasts.book.of("image", "flux-pro")
    run(database, "ALTER TABLE curve RENAME TO gone")

    with pytest.raises(SQLAlchemyError):
        forecasts.refresh()
    sleep(0.1)
    stayed = forecasts.book.of("image", "flux-pro") is known
    run(database, "ALTER TABLE gone RENAME TO curve")
    teach(database, 500, after=90.0, by=91.0)
    until = monotonic() + 20
    while forecasts.book.of("image", "flux-pro") is known and monotonic() < until:
        sleep(0.01)

    assert stayed
    assert median(forecasts, "image", "flux-pro") == pytest.approx(90, abs=5)
    forecasts.close(grace=0)


def run(database: Database, statement: str) -> None:
    """Change the schema."""
    with database.writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://nobody@127.0.0.1:9/none"]
)
def test_without_a_database_the_vendor_is_believed(url: str) -> None:
    """The first use waits for it, in vain, and no other does."""
    away = Database(url)
    forecasts = Forecasts(away, floor=3.0, cap=30.0)

    assert forecasts.book.of("image", "flux-pro").curve is cold_curve("image")

    forecasts.close(grace=0)
    away.close()
