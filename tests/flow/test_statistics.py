"""Each end is counted once, in the transaction that records it, whatever comes between that and reading."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.db.session import Database
from app.poll.record import record
from app.register.cancel import cancel
from app.statistics import cycle
from app.statistics.bins import bin_of
from app.statistics.count import Counted, count
from app.statistics.grains import Grain, Window
from app.statistics.models import Rollup
from app.statistics.read import counted, counted_of_all
from app.statistics.roll import roll
from app.statistics.series import MODELS, OTHERS, Series, Subject
from app.statistics.sums import Sums, bins_of
from app.tasks.status import Status
from app.upstream.answer import Finished, Image, Outage, Unfinished
from tests.build import (
    CLIENT,
    MINUTE,
    NOW,
    SECOND,
    claim_polls,
    completed,
    look_at,
    make_task,
    unfinished,
)
from tests.statistics import queued, roll_all, sums

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
END = NOW + 5 * MINUTE
DONE = Finished((Image("https://x/1.png", None, 0),))
NOT_YET = Unfinished(Status.PROCESSING)


def add(database: Database, *, at: datetime = NOW, model: str = "flux-pro", client: int = CLIENT,
        sums: Sums | None = None) -> None:  # fmt: skip
    """Queue one."""
    series = Series(Subject.TASKS, "default", "image", model)
    with database.writing() as session:
        count(session, [Counted(client, at, series, sums or {"completed": 1})])


def finish(database: Database) -> None:
    """Look twice at a task of which the second look sees the end, two seconds later."""
    with database.writing() as session:
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
        record(
            session, [unfinished(claim, at=NOW + 40 * SECOND, due_at=NOW + 42 * SECOND)], now=NOW
        )
        (claim,) = claim_polls(session, now=NOW + 42 * SECOND)
        record(session, [completed(claim, at=NOW + 42 * SECOND)], now=NOW + 42 * SECOND)


def test_an_end_is_counted_with_its_times_and_its_looks(database: Database) -> None:
    """Before it is added up as well as after."""
    finish(database)
    before = sums(database)
    roll_all(database)

    assert before == sums(database)
    assert before["completed"] == 1
    assert before["at_fixed"] == 15
    assert bins_of(before, "duration") == {bin_of(42 * SECOND): 1}
    assert bins_of(before, "delay") == {bin_of(2 * SECOND): 1}


def test_the_delay_of_what_was_over_when_it_came_counts_from_its_registration(
    database: Database,
) -> None:
    """Nobody could have seen it before."""
    with database.writing() as session:
        make_task(session, created_at=NOW - HOUR)
        (claim,) = claim_polls(session, now=NOW)
        record(session, [completed(claim, at=NOW + SECOND)], now=NOW + SECOND)

    assert bins_of(sums(database), "delay") == {bin_of(SECOND): 1}
    assert bins_of(sums(database), "duration") == {bin_of(HOUR + SECOND): 1}


def test_how_long_it_took_is_not_known_of_what_has_no_date(database: Database) -> None:
    with database.writing() as session:
        make_task(session, is_dated=False)
        (claim,) = claim_polls(session, now=NOW)
        record(session, [completed(claim)], now=NOW + MINUTE)

    assert bins_of(sums(database), "duration") == {}


def test_what_is_recorded_twice_is_counted_once(database: Database) -> None:
    with database.writing() as session:
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
        for _ in range(2):
            record(session, [completed(claim)], now=NOW + MINUTE)

    assert sums(database)["completed"] == 1


def test_an_end_that_is_not_recorded_is_not_counted(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
        record(session, [completed(claim)], now=NOW + MINUTE)
        raise ZeroDivisionError

    assert sums(database) == {}


def test_what_its_owner_cancels_is_counted(database: Database) -> None:
    """LemonData has said nothing of when it ended."""
    with database.writing() as session:
        make_task(session)
        cancel(session, CLIENT, "img_1", now=NOW + 10 * SECOND)

    assert sums(database) == {"cancelled": 1, "at_fixed": 4}


@pytest.mark.parametrize("is_rolled", [True, False])
def test_one_that_finishes_late_is_no_longer_counted_as_timed_out(
    database: Database, *, is_rolled: bool
) -> None:
    """But once as completed, and its looks once."""
    with database.writing() as session:
        make_task(session, due_at=END, expected_at=END, deadline_at=END)
        look_at(session, NOT_YET, now=END)
    if is_rolled:
        roll_all(database)
    assert sums(database)["timed_out"] == 1
    with database.writing() as session:
        look_at(session, DONE, now=END + 10 * MINUTE)

    roll_all(database)

    found = sums(database)
    assert found["completed"] == found["late"] == 1
    assert "timed_out" not in found
    assert found["polls"] == 2


def test_looks_after_the_end_are_counted_too(database: Database) -> None:
    """They cost budget as every other."""
    with database.writing() as session:
        make_task(session, due_at=END, expected_at=END, deadline_at=END)
        look_at(session, NOT_YET, now=END)
        for late in (10 * MINUTE, 40 * MINUTE, 3 * HOUR):
            look_at(session, NOT_YET, now=END + late)

    assert sums(database)["polls"] == 4
    assert sums(database)["timed_out"] == 1


def test_a_look_that_ends_nothing_counts_nothing(database: Database) -> None:
    with database.writing() as session:
        make_task(session)
        look_at(session, Outage("HTTP 503"), now=NOW)
        look_at(session, NOT_YET, now=NOW + MINUTE)

        assert queued(session) == 0


@pytest.mark.parametrize(
    ("age", "windows"),
    [
        (timedelta(), set(Window)),
        (2 * HOUR, set(Window) - {Window.HOUR}),
        (3 * DAY, {Window.WEEK, Window.MONTH, Window.ALL}),
        (20 * DAY, {Window.MONTH, Window.ALL}),
        (90 * DAY, {Window.ALL}),
    ],
)
@pytest.mark.parametrize("is_rolled", [True, False])
def test_it_is_in_the_windows_that_reach_back_to_it(
    database: Database, age: timedelta, windows: set[Window], *, is_rolled: bool
) -> None:
    add(database, at=NOW - age)
    if is_rolled:
        roll_all(database)

    assert {window for window in Window if sums(database, window)} == windows


def test_clients_are_counted_apart_and_all_together(database: Database) -> None:
    add(database)
    roll_all(database)
    add(database, client=7)
    add(database, client=7, model="other")
    for _ in range(2):
        with database.reading() as session:
            together = counted_of_all(session)

        assert sums(database) == {"completed": 1}
        assert sums(database, client=7) == {"completed": 2}
        assert {series.model: found for series, found in together.items()} == {
            "flux-pro": {"completed": 2}, "other": {"completed": 1},
        }  # fmt: skip
        roll_all(database)


def test_of_all_clients_webhooks_are_counted_together(database: Database) -> None:
    """Whose endpoints they are is theirs to know."""
    hooks = Series(Subject.WEBHOOKS, model="we_1"), Series(Subject.WEBHOOKS, model="we_2")
    with database.writing() as session:
        count(session, [Counted(CLIENT, NOW, one, {"attempts": 2}) for one in hooks])

    roll_all(database)

    with database.reading() as session:
        assert counted_of_all(session) == {Series(Subject.WEBHOOKS): {"attempts": 4}}
        assert counted(session, CLIENT, Window.ALL, now=NOW).keys() == set(hooks)


def test_beyond_so_many_models_the_rest_share_a_row(database: Database) -> None:
    """However it is split, and forever."""
    for number in range(MODELS + 30):
        add(database, model=f"model-{number}")
    roll_all(database, limit=77)
    add(database, model=f"model-{MODELS + 1}")
    roll_all(database)

    with database.reading() as session:
        found = counted(session, CLIENT, Window.HOUR, now=NOW)
    assert len(found) == MODELS + 1
    assert found[Series(Subject.TASKS, "default", "image", OTHERS)] == {"completed": 31}


def test_what_no_window_reaches_is_forgotten_with_the_next(database: Database) -> None:
    """All time has it still."""
    add(database)
    roll_all(database)
    later = NOW + 40 * DAY
    add(database, at=later)

    roll_all(database, now=later)

    with database.reading() as session:
        kept = session.scalars(select(Rollup.starts_at).where(Rollup.grain != Grain.ALL)).all()
    assert len(kept) == 3
    assert min(kept) > NOW
    assert sums(database, now=later) == {"completed": 2}


def test_a_round_that_is_undone_loses_nothing(database: Database) -> None:
    add(database)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        assert roll(session, now=NOW, limit=100) == 1
        raise ZeroDivisionError

    with database.reading() as session:
        assert queued(session) == 1
    assert sums(database) == {"completed": 1}


def test_rollers_at_once_count_nothing_twice_and_none_is_stuck(database: Database) -> None:
    """Each on a thread of its own, on clients and models that cross."""
    for number in range(120):
        add(database, client=1 + number % 3, model=f"model-{number % 7}", at=NOW - number * MINUTE)
    failures: list[BaseException] = []
    begin = Barrier(4)

    def work() -> None:
        try:
            begin.wait()
            while True:
                with database.writing() as session:
                    if roll(session, now=NOW, limit=7) == 0:
                        return
        except BaseException as error:  # noqa: BLE001 - told below, by the test's own thread
            failures.append(error)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert [sums(database, client=client)["completed"] for client in (1, 2, 3)] == [40, 40, 40]


def test_a_ring_adds_up_all_there_is(database: Database) -> None:
    """In as many rounds as that takes."""
    series = Series(Subject.TASKS, "default", "image", "flux-pro")
    with database.writing() as session:
        count(session, [Counted(CLIENT, NOW, series, {"completed": 1})] * (2 * cycle.AT_ONCE + 1))

    cycle.run(database, clock=lambda: NOW)

    with database.reading() as session:
        assert queued(session) == 0
    assert sums(database) == {"completed": 2 * cycle.AT_ONCE + 1}


def test_a_late_end_that_names_the_model_takes_nothing_from_those_without_one(
    database: Database,
) -> None:
    """Counters that fall are taken for a restart."""
    with database.writing() as session:
        make_task(session, model=None, due_at=END, expected_at=END, deadline_at=END)
        look_at(session, NOT_YET, now=END)
    with database.reading() as session:
        before = counted_of_all(session)
    with database.writing() as session:
        late = Finished((Image("https://x/1.png", None, 0),), model="flux-pro")
        look_at(session, late, now=END + 10 * MINUTE)

    with database.reading() as session:
        after = counted_of_all(session)
    (series,) = before
    assert after.keys() == {series}
    assert after[series]["polls"] > before[series]["polls"]
    assert after[series]["completed"] == 1


def test_so_many_models_have_their_number_while_they_wait_too(database: Database) -> None:
    """Or who reads in between would see others come and go."""
    for number in range(MODELS + 9):
        add(database, model=f"model-{number}")
    with database.reading() as session:
        waiting = counted(session, CLIENT, Window.HOUR, now=NOW), counted_of_all(session)
    roll_all(database)
    add(database, model="one more")
    with database.reading() as session:
        added_up = counted(session, CLIENT, Window.HOUR, now=NOW), counted_of_all(session)

    for before, after in zip(waiting, added_up, strict=True):
        assert before.keys() == after.keys()
        assert len(before) == MODELS + 1
