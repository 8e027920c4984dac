"""A claim is a lease with a fencing token."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from app.db.session import Database
from app.poll.claim import Claim
from tests.build import MINUTE, NOW, SECOND, claim_polls, make_access, make_task, make_watch


def claim(database: Database, *, now: datetime = NOW, limit: int = 10) -> list[Claim]:
    """Claim for a minute."""
    with database.writing() as session:
        return claim_polls(session, now=now, lease=MINUTE, limit=limit)


def test_a_claimed_task_stays_hidden_until_its_lease_ends(database: Database) -> None:
    """Then it is claimed again, under a higher token."""
    with database.writing() as session:
        task = make_task(session)

    first = claim(database)
    during = claim(database, now=NOW + MINUTE / 2)
    after = claim(database, now=NOW + MINUTE)

    ends = [NOW + MINUTE, NOW + 2 * MINUTE]
    access = make_access()
    assert first == [Claim(task.id, 1, "img_1", make_watch(), access, until=ends[0])]
    assert during == []
    assert after == [Claim(task.id, 2, "img_1", make_watch(), access, until=ends[1])]


def test_a_task_is_not_claimed_before_it_is_due(database: Database) -> None:
    """The schedule decides, not the worker."""
    with database.writing() as session:
        make_task(session, due_at=NOW + SECOND)

    assert claim(database) == []
    assert len(claim(database, now=NOW + SECOND)) == 1


def test_the_longest_due_are_claimed_first_and_no_more_than_asked_for(database: Database) -> None:
    """A worker takes what it has room for."""
    with database.writing() as session:
        for number in range(5):
            make_task(session, f"img_{number}", due_at=NOW - number * SECOND)

    claims = claim(database, limit=2)

    assert sorted(c.upstream_id for c in claims) == ["img_3", "img_4"]


def test_workers_that_claim_at_once_never_share_a_task(database: Database) -> None:
    """Four of them, forty tasks, each claimed once."""
    with database.writing() as session:
        for number in range(40):
            make_task(session, f"img_{number}")

    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: claim(database, limit=7), range(8)))

    ids = [c.task_id for claims in rounds for c in claims]
    assert len(ids) == len(set(ids)) == 40
