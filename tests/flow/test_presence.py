"""The leases of a process that died are free soon; those of one that lives, never."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.session import Database
from app.poll.presence import BLIND, DEAD, EVERY, Presence, bury
from app.tasks.models import Holder, Poll
from tests.build import MINUTE, NOW, SECOND, make_task


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time, in seconds."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """One for all processes of a test."""
    return Clock()


def beat(database: Database, presence: Presence) -> bool:
    """Give a sign of life."""
    with database.writing() as session:
        return presence.beat(session)


def look(database: Database, presence: Presence) -> list[int]:
    """Look at the others; return the dead."""
    with database.reading() as session:
        return [holder for holder, _ in presence.look(session)]


def beats(database: Database) -> dict[int, int]:
    """Return the count of each."""
    with database.reading() as session:
        return {row.id: row.beats for row in session.scalars(select(Holder))}


def test_a_process_counts_up_about_once_a_second(database: Database, clock: Clock) -> None:
    """The first time it makes itself known."""
    one = Presence(clock)

    known = [beat(database, one)]
    for _ in range(3):
        clock.now += EVERY / 2
        known.append(beat(database, one))

    assert known == [False, True, True, True]
    assert beats(database) == {one.id: 3}


def test_a_first_sign_that_was_rolled_back_is_given_again(database: Database, clock: Clock) -> None:
    """Or leases would be taken in the name of somebody who is not there."""
    one = Presence(clock)
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        one.beat(session)
        raise ZeroDivisionError

    assert beat(database, one) is False
    assert beats(database) == {one.id: 1}


def test_who_stands_still_for_long_is_dead_and_who_counts_up_is_not(
    database: Database, clock: Clock
) -> None:
    living, dead, watcher = (Presence(clock) for _ in range(3))
    assert watcher.is_alone
    beat(database, living)
    beat(database, dead)

    found = []
    for _ in range(int(DEAD) + 2):
        found.append(look(database, watcher))
        clock.now += EVERY
        beat(database, living)

    assert found == [[]] * int(DEAD + 1) + [[dead.id]]
    assert not watcher.is_alone


def test_who_did_not_look_for_a_while_counts_anew(database: Database, clock: Clock) -> None:
    """The database was away, and nobody could give a sign."""
    dead, watcher = Presence(clock), Presence(clock)
    beat(database, dead)
    look(database, watcher)
    clock.now += DEAD + BLIND

    assert look(database, watcher) == []
    for _ in range(int(DEAD)):
        clock.now += EVERY
        assert look(database, watcher) == []
    clock.now += EVERY
    assert look(database, watcher) == [dead.id]


def test_who_could_not_look_counts_anew_too(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it tried: an outage of the database is nobody's death."""
    living, watcher = Presence(clock), Presence(clock)
    beat(database, living)
    look(database, watcher)
    with monkeypatch.context() as away:
        away.setattr(Session, "execute", _fail)
        for _ in range(int(DEAD) + 2):
            clock.now += EVERY
            with pytest.raises(ZeroDivisionError):
                look(database, watcher)

    assert look(database, watcher) == []


def _fail(*_: object) -> None:
    raise ZeroDivisionError


def leased(database: Database, name: str, holder: int) -> int:
    """Store a task that `holder` has leased for long; return its id."""
    with database.writing() as session:
        task = make_task(session, name, due_at=NOW - SECOND)
        ours = update(Poll).where(Poll.task_id == task.id)
        end = NOW + MINUTE
        session.execute(ours.values(holder=holder, leased_until=end, claimable_at=end, token=5))
        return task.id


def test_what_the_dead_had_is_as_free_as_it_is_due_and_all_else_is_not(
    database: Database, clock: Clock
) -> None:
    dead, other = Presence(clock), Presence(clock)
    beat(database, dead)
    its, not_its = leased(database, "its", dead.id), leased(database, "not its", other.id)

    with database.writing() as session:
        assert bury(session, dead.id, 1) == 1

    with database.reading() as session:
        freed, kept = session.get_one(Poll, its), session.get_one(Poll, not_its)
    assert (freed.leased_until, freed.claimable_at, freed.token) == (EPOCH, NOW - SECOND, 6)
    assert kept.leased_until == NOW + MINUTE
    assert beats(database) == {}


def test_who_gave_a_sign_since_is_not_buried(database: Database, clock: Clock) -> None:
    """Nor is anybody twice."""
    one = Presence(clock)
    beat(database, one)
    task = leased(database, "its", one.id)
    clock.now += EVERY
    beat(database, one)

    with database.writing() as session:
        assert bury(session, one.id, 1) is None

    with database.reading() as session:
        assert session.get_one(Poll, task).leased_until == NOW + MINUTE


def test_who_was_taken_for_dead_goes_on_under_another_id(database: Database, clock: Clock) -> None:
    """So that nothing it leases from then on can be taken for what was freed."""
    one = Presence(clock)
    beat(database, one)
    before = one.id
    with database.writing() as session:
        bury(session, before, 1)
    clock.now += EVERY

    assert beat(database, one) is False
    assert one.id != before
    assert beats(database) == {one.id: 1}


def test_who_leaves_is_not_there_any_more(database: Database, clock: Clock) -> None:
    """Who never was says nothing."""
    one, never = Presence(clock), Presence(clock)
    beat(database, one)

    with database.writing() as session:
        one.leave(session)
        never.leave(session)

    assert beats(database) == {}
    assert beat(database, one) is False
