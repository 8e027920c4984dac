"""Polls before they are due, where a short budget would otherwise be lost."""

from datetime import datetime

from sqlalchemy import update

from app.accounts.models import Account
from app.clock import EPOCH
from app.db.session import Database
from app.poll.claim import Claim
from app.poll.claiming import claim_due, is_due
from app.poll.pick import Claiming
from app.process.cipher import Cipher
from app.schedule.forecast import Book
from app.schedule.price import EARLY
from tests.build import CLIENT, MINUTE, NOW, SECOND, SECRET_KEY, make_task

BOOK = Book(3.0, 30.0)


def short(database: Database, *, prices: dict[str, float], spent_until: datetime = EPOCH) -> None:
    """Give the account a budget of two requests a second, and prices that were found just now."""
    with database.writing() as session:
        session.execute(
            update(Account).values(
                rpm=120,
                prices=prices,
                is_short=bool(prices),
                priced_at=NOW,
                spent_until=spent_until,
            )
        )


def worker(*, learns: bool = True) -> Claiming:
    """Claim as a process does that knows BOOK."""
    return Claiming(
        cipher=Cipher(SECRET_KEY), lease=30 * SECOND, clock=lambda: EPOCH, room_of=lambda _, __: 100,
        book=(lambda: BOOK) if learns else None,
    )  # fmt: skip


def claimed(database: Database, *, learns: bool = True) -> list[str]:
    """Claim at NOW; return what was claimed."""
    by = worker(learns=learns)
    with database.writing() as session:
        claims = claim_due(session, by, now=NOW, limit=100)
    return [claim.upstream_id for claim in claims if isinstance(claim, Claim)]


def soon(database: Database, *, seen: int = 10, due: float = 0.8) -> None:
    """Put a task under way that is due in less than a second."""
    with database.writing() as session:
        make_task(
            session, started_at=NOW - MINUTE, seen_at=NOW - seen * SECOND, polls=2,
            due_at=NOW + due * SECOND,
        )  # fmt: skip


def test_a_short_budget_that_would_be_lost_goes_to_what_is_due_soon(database: Database) -> None:
    soon(database)
    short(database, prices={str(CLIENT): 0.3})

    with database.reading() as session:
        assert is_due(session, worker(), now=NOW)
    assert claimed(database) == ["img_1"]


def test_where_polls_are_free_nothing_is_early(database: Database) -> None:
    """There is budget enough when it is due."""
    soon(database)
    short(database, prices={})

    with database.reading() as session:
        assert not is_due(session, worker(), now=NOW)
    assert claimed(database) == []


def test_a_budget_that_is_not_full_is_kept_for_what_is_due(database: Database) -> None:
    soon(database)
    short(database, prices={str(CLIENT): 0.3}, spent_until=NOW + SECOND / 2)

    assert claimed(database) == []


def test_nothing_is_early_within_the_floor(database: Database) -> None:
    soon(database, seen=2)
    short(database, prices={str(CLIENT): 0.3})

    assert claimed(database) == []


def test_what_is_due_later_waits(database: Database) -> None:
    soon(database, due=EARLY + 0.1)
    short(database, prices={str(CLIENT): 0.3})

    assert claimed(database) == []


def test_a_policy_without_prices_is_never_early(database: Database) -> None:
    soon(database)
    short(database, prices={str(CLIENT): 0.3})

    assert claimed(database, learns=False) == []
