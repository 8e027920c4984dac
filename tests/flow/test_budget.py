"""Claiming keeps every worker together within the budgets of the accounts."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.clock import EPOCH
from app.db.session import Database
from app.poll.claim import Claim, Probe
from app.poll.claiming import claim_due
from app.poll.heal import heal
from app.poll.pick import Claiming
from app.process.cipher import Cipher
from app.process.process import Process
from app.tasks.models import Poll
from tests.build import NOW, SECOND, SECRET_KEY, claim_any, make_account, make_task

DAY = timedelta(days=1)


def claim(
    database: Database, *, now: datetime = NOW, limit: int = 100, room: int = 100
) -> list[Claim | Probe]:
    """Claim in a transaction of its own."""
    with database.writing() as session:
        return claim_any(session, now=now, limit=limit, room=room)


def named(claims: list[Claim | Probe]) -> Counter[str]:
    """Count the claims of each account."""
    return Counter(one.access.name for one in claims)


def make_tasks(session: Session, count: int, account: str = "default") -> None:
    """Store so many tasks that are due."""
    for number in range(count):
        make_task(session, f"img_{account}_{number}", account=account)


@pytest.fixture
def two(process: Process) -> Database:
    """Two accounts of 600 a minute, which is 6 at once, with twenty tasks each."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().rpm = 600
        make_account(session, process.cipher, "second", rpm=600)
        make_tasks(session, 20)
        make_tasks(session, 20, "second")
    return process.database


def test_each_account_is_claimed_for_as_far_as_its_own_tokens_reach(two: Database) -> None:
    """And again when time has brought more."""
    assert named(claim(two)) == {"default": 6, "second": 6}
    assert claim(two) == []
    assert named(claim(two, now=NOW + 0.21 * SECOND)) == {"default": 2, "second": 2}


def test_workers_that_claim_again_and_again_stay_together_within_one_budget(
    process: Process,
) -> None:
    """Four of them, over a second, in which the burst and nearly a second's worth may start."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().rpm = 600
        make_tasks(session, 60)
    moments = [NOW + n * SECOND / 20 for n in range(21) for _ in range(3)]

    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda now: claim(process.database, now=now, limit=5), moments))

    claimed = [c.task_id for claims in rounds for c in claims if isinstance(c, Claim)]
    assert len(claimed) == len(set(claimed)) == 15


def test_tokens_are_spent_once_by_whoever_comes_first(process: Process) -> None:
    """Four workers at the same instant get what one would have got."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().rpm = 6000
        make_tasks(session, 120)

    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: claim(process.database, limit=7), range(16)))

    assert sum(len(claims) for claims in rounds) == 51
    with process.database.reading() as session:
        account = session.scalars(select(Account)).one()
        assert (account.requests, account.used) == (51, 51)


@pytest.mark.parametrize(
    "fields",
    [
        {"paused_until": NOW + SECOND},
        {"paused_until": NOW + timedelta(hours=1)},
        {"state": AccountState.BROKEN, "canary_at": NOW + SECOND},
        {"state": AccountState.DOWN, "canary_at": NOW + SECOND},
        {"state": AccountState.DISABLED},
        {"state": AccountState.DISABLED, "canary_at": NOW},
        {"key": None},
        {"spent_until": NOW + SECOND},
    ],
    ids=str,
)
def test_an_account_that_is_not_to_be_asked_stops_no_other(
    two: Database, fields: dict[str, object]
) -> None:
    """Its tasks stay due."""
    with two.writing() as session:
        account = session.scalars(select(Account).where(Account.name == "default")).one()
        for name, value in fields.items():
            setattr(account, name, value)

    assert named(claim(two)) == {"second": 6}


def test_the_room_of_one_account_is_not_taken_from_another(two: Database) -> None:
    """What answers slowly holds up itself alone."""
    assert named(claim(two, room=1)) == {"default": 1, "second": 1}


@pytest.mark.parametrize("shared", [1, 2])
def test_the_room_is_shared_among_the_accounts_that_have_tasks(
    process: Process, shared: int
) -> None:
    """Due or not, for they will be; one without tasks needs none."""
    with process.database.writing() as session:
        make_account(session, process.cipher, "second")
        make_account(session, process.cipher, "idle")
        make_task(session)
        if shared == 2:
            make_task(session, "img_2", account="second", due_at=NOW + 20 * SECOND)
    asked: list[int] = []

    def room_of(_account: int, among: int) -> int:
        asked.append(among)
        return 1

    claiming = Claiming(cipher=process.cipher, lease=SECOND, clock=lambda: EPOCH, room_of=room_of)
    with process.database.writing() as session:
        assert len(claim_due(session, claiming, now=NOW, limit=9)) == 1

    assert asked == [shared]


def test_no_more_is_claimed_than_there_is_room_for_in_all(two: Database) -> None:
    """And tokens are taken only for what was claimed."""
    assert len(claim(two, limit=4)) == 4
    assert len(claim(two)) == 8


@pytest.mark.parametrize("ahead", [timedelta(minutes=61), DAY, 3650 * DAY], ids=str)
def test_a_pause_longer_than_there_is_was_written_by_a_clock_that_jumped(
    two: Database, ahead: timedelta
) -> None:
    """And so holds nothing up."""
    with two.writing() as session:
        for account in session.scalars(select(Account)):
            account.paused_until = NOW + ahead

    assert named(claim(two)) == {"default": 6, "second": 6}


@pytest.mark.parametrize("column", ["due_at", "leased_until"])
@pytest.mark.parametrize(("ahead", "count"), [(timedelta(hours=2), 0), (DAY, 1), (3650 * DAY, 1)])
def test_a_row_put_off_for_longer_than_there_is_is_due(
    database: Database, column: str, ahead: timedelta, count: int
) -> None:
    """Whether by its wait or by its lease."""
    with database.writing() as session:
        make_task(session)
        setattr(session.scalars(select(Poll)).one(), column, NOW + ahead)

    with database.writing() as session:
        heal(session, now=NOW, farthest=timedelta(hours=3))

    assert len(claim(database)) == count


def test_what_was_spent_is_shown_for_a_minute(two: Database) -> None:
    """And counted for good."""
    claim(two)
    claim(two, now=NOW + 61 * SECOND)

    with two.reading() as session:
        account = session.scalars(select(Account).where(Account.name == "default")).one()
    assert (account.requests, account.used, account.used_before) == (12, 6, 6)


def test_one_account_whose_key_cannot_be_read_stops_no_other(two: Database) -> None:
    """It alone is broken, and says why."""
    with two.writing() as session:
        session.scalars(select(Account).where(Account.name == "default")).one().key = "not ours"

    assert named(claim(two)) == {"second": 6}
    with two.reading() as session:
        found = session.scalars(select(Account).where(Account.name == "default")).one()
        assert (found.state, found.canary_at) == (AccountState.BROKEN, NOW + 10 * SECOND)
        assert "LEMONWATCH_SECRET_KEY" in (found.why or "")
    with two.writing() as session:
        found.key = Cipher(SECRET_KEY).encrypt("sk-test")
        session.merge(found)
    assert named(claim(two, now=NOW + 10 * SECOND))["default"] == 1  # The canary.
