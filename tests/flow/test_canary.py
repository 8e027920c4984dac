"""An account in trouble is asked by one canary at a time, and by nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.budget import LEAN
from app.accounts.models import Account
from app.accounts.state import AccountState
from app.db.session import Database
from app.poll.claim import Claim, Probe
from app.tasks.models import Poll
from tests.build import NOW, SECOND, claim_any, make_task

LEASE = 30 * SECOND
DAY = timedelta(days=1)


def claim(database: Database, *, now: datetime = NOW) -> list[Claim | Probe]:
    """Claim in a transaction of its own."""
    with database.writing() as session:
        return claim_any(session, now=now)


def change(database: Database, **fields: object) -> None:
    """Write these fields of the one account."""
    with database.writing() as session:
        account = session.scalars(select(Account)).one()
        for name, value in fields.items():
            setattr(account, name, value)


@pytest.fixture(params=[AccountState.BROKEN, AccountState.DOWN], ids=str)
def troubled(request: pytest.FixtureRequest, database: Database) -> Database:
    """An account in trouble whose canary is due."""
    change(database, state=request.param, since=NOW - SECOND, canary_at=NOW)
    return database


def test_the_canary_asks_for_a_real_task(troubled: Database) -> None:
    """The one that has waited longest; nothing else is claimed with it."""
    with troubled.writing() as session:
        for number in range(5):
            make_task(session, f"img_{number}", due_at=NOW - number * SECOND)

    (canary,) = claim(troubled)

    assert isinstance(canary, Claim)
    assert (canary.upstream_id, canary.is_canary) == ("img_4", True)


def test_a_task_that_is_not_yet_due_will_do(troubled: Database) -> None:
    """In trouble all of them have been put off."""
    with troubled.writing() as session:
        make_task(session, due_at=NOW + timedelta(minutes=1))

    (canary,) = claim(troubled)

    assert isinstance(canary, Claim)
    assert (canary.upstream_id, canary.is_canary) == ("img_1", True)


@pytest.mark.parametrize(
    "fields", [{}, {"leased_until": NOW + SECOND}, {"ended_at": NOW - DAY}], ids=str
)
def test_without_a_live_task_that_is_free_a_probe_asks_for_none(
    troubled: Database, fields: dict[str, object]
) -> None:
    """A task in flight is another's, and one that is over is looked at in its own time."""
    with troubled.writing() as session:
        if fields:
            make_task(session)
        for poll in session.scalars(select(Poll)):
            for name, value in fields.items():
                setattr(poll, name, value)

    (probe,) = claim(troubled)

    assert isinstance(probe, Probe)
    assert (probe.access.name, probe.access.key.get_secret_value()) == ("default", "sk-test")


def test_there_is_no_second_canary_while_the_first_may_be_under_way(troubled: Database) -> None:
    """If it is never heard of again, another goes out."""
    assert len(claim(troubled)) == 1
    assert claim(troubled, now=NOW + LEASE - SECOND) == []
    assert len(claim(troubled, now=NOW + LEASE)) == 1


def test_of_four_workers_one_sends_the_canary(troubled: Database) -> None:
    """Though all see that it is due."""
    with troubled.writing() as session:
        for number in range(9):
            make_task(session, f"img_{number}")

    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: claim(troubled), range(12)))

    assert sum(len(claims) for claims in rounds) == 1


def test_a_canary_takes_a_token_like_any_other(troubled: Database) -> None:
    """Where there is none it waits."""
    change(troubled, spent_until=NOW + SECOND, rpm=600)
    assert claim(troubled) == []

    assert len(claim(troubled, now=NOW + SECOND)) == 1
    with troubled.reading() as session:
        account = session.scalars(select(Account)).one()
    assert (account.requests, account.used) == (1, 1)
    assert account.spent_until == NOW + SECOND + 0.1 * SECOND * LEAN


@pytest.mark.parametrize(
    "fields", [{"paused_until": NOW + SECOND}, {"key": None}, {"state": AccountState.DISABLED}]
)
def test_no_canary_is_sent_for_what_is_not_to_be_asked(
    troubled: Database, fields: dict[str, object]
) -> None:
    """A pause is obeyed by canaries too."""
    change(troubled, **fields)

    assert claim(troubled) == []


def test_the_test_of_a_healthy_account_is_one_canary_beside_its_claims(database: Database) -> None:
    """It is asked for once."""
    change(database, canary_at=NOW)
    with database.writing() as session:
        for number in range(3):
            make_task(session, f"img_{number}", due_at=NOW - number * SECOND)

    first = claim(database)

    assert sorted(c.is_canary for c in first if isinstance(c, Claim)) == [False, False, True]
    assert claim(database, now=NOW + SECOND) == []
    with database.reading() as session:
        assert session.scalars(select(Account)).one().canary_at is None


def test_the_test_of_an_account_takes_room_like_any_other(database: Database) -> None:
    """Where there is room for two, the canary is one of them."""
    change(database, canary_at=NOW)
    with database.writing() as session:
        for number in range(3):
            make_task(session, f"img_{number}")
        claims = claim_any(session, now=NOW, room=2)

    assert sorted(c.is_canary for c in claims if isinstance(c, Claim)) == [False, True]


@pytest.mark.parametrize("ahead", [timedelta(hours=4), 3650 * DAY], ids=str)
def test_a_canary_that_a_clock_ahead_of_its_time_put_off_is_due(
    troubled: Database, ahead: timedelta
) -> None:
    """Or the account would never be asked again."""
    change(troubled, canary_at=NOW + ahead, since=NOW + ahead)

    assert len(claim(troubled)) == 1
