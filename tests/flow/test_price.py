"""What a poll costs at an account, found from the tasks under way."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.prices import FRESH, current_prices, price_of
from app.clients.models import Client
from app.db.session import Database
from app.poll.price import EVERY, reprice
from app.schedule.forecast import Book
from app.schedule.plan import LOWEST
from tests.build import CLIENT, MINUTE, NOW, SECOND, make_task

BOOK = Book(3.0, 30.0)


def stock(session: Session, count: int, *, client: int = CLIENT, weight: float = 1.0) -> None:
    """Put tasks under way, of all ages up to two minutes."""
    for number in range(count):
        began = NOW - 2 * MINUTE * number / count
        make_task(
            session, f"img_{client}_{weight}_{number}", client_id=client, started_at=began,
            seen_at=NOW - SECOND, polls=3, due_at=NOW + 3 * SECOND, weight=weight,
        )  # fmt: skip


def default(session: Session, *, rpm: int) -> Account:
    """Return the account, with this budget."""
    account = session.scalars(select(Account)).one()
    account.rpm = rpm
    return account


def test_an_ample_budget_makes_polls_free(database: Database) -> None:
    with database.writing() as session:
        stock(session, 40)
        account = default(session, rpm=1000)

        reprice(session, account, BOOK, now=NOW)

        assert (account.prices, account.is_short) == ({}, False)


def test_a_short_budget_gives_them_a_price(database: Database) -> None:
    with database.writing() as session:
        stock(session, 40)
        account = default(session, rpm=120)

        reprice(session, account, BOOK, now=NOW)

        assert account.is_short
        assert account.prices[str(CLIENT)] > LOWEST


def test_the_shorter_the_budget_the_dearer(database: Database) -> None:
    with database.writing() as session:
        stock(session, 60)
        found = []
        for rpm in (600, 300, 100):
            account = default(session, rpm=rpm)
            account.priced_at = None
            reprice(session, account, BOOK, now=NOW)
            found.append(price_of(account.prices, CLIENT, weight=1.0))

    assert found == sorted(found)
    assert len(set(found)) == 3


def test_one_client_s_many_tasks_do_not_make_another_s_few_dear(database: Database) -> None:
    with database.writing() as session:
        session.add(Client(name="other", webhook_secret="x", created_at=NOW))
        session.flush()
        other = session.scalars(select(Client.id).where(Client.name == "other")).one()
        stock(session, 300)
        stock(session, 3, client=other)
        account = default(session, rpm=240)

        reprice(session, account, BOOK, now=NOW)

        assert account.prices.keys() == {str(CLIENT)}
        assert price_of(account.prices, other, weight=1.0) == LOWEST


def test_a_price_holds_for_a_second(database: Database) -> None:
    """Finding it reads every task under way."""
    with database.writing() as session:
        stock(session, 40)
        account = default(session, rpm=120)
        reprice(session, account, BOOK, now=NOW)
        before = account.prices
        account.rpm = 30

        reprice(session, account, BOOK, now=NOW + EVERY / 2)
        during = account.prices
        reprice(session, account, BOOK, now=NOW + EVERY)

        assert during == before
        assert account.prices[str(CLIENT)] > before[str(CLIENT)]


def test_a_clock_that_jumped_back_does_not_freeze_a_price(database: Database) -> None:
    with database.writing() as session:
        stock(session, 40)
        account = default(session, rpm=120)
        account.priced_at = NOW + 60 * MINUTE

        reprice(session, account, BOOK, now=NOW)

        assert account.is_short


def test_what_weighs_more_is_polled_as_if_polls_were_cheaper(database: Database) -> None:
    with database.writing() as session:
        stock(session, 40)
        stock(session, 40, weight=4.0)
        account = default(session, rpm=240)

        reprice(session, account, BOOK, now=NOW)

        price = account.prices[str(CLIENT)]
        assert price_of(account.prices, CLIENT, weight=4.0) == pytest.approx(price / 4)


def test_of_very_many_tasks_some_stand_for_all(database: Database) -> None:
    with database.writing() as session:
        stock(session, 120)
        found = []
        for sample in (1000, 20):
            account = default(session, rpm=120)
            account.priced_at = None
            reprice(session, account, BOOK, now=NOW, sample=sample)
            found.append(account.prices[str(CLIENT)])

    whole, of_some = found
    assert of_some == pytest.approx(whole, rel=0.3)


def test_an_old_price_is_none(database: Database) -> None:
    """Where nothing was claimed for a while nothing was due, and there is budget enough."""
    with database.writing() as session:
        stock(session, 40)
        account = default(session, rpm=120)
        reprice(session, account, BOOK, now=NOW)

        assert current_prices(account, now=NOW + FRESH / 2) == account.prices
        assert current_prices(account, now=NOW + FRESH) == {}


def test_each_account_has_prices_of_its_own(database: Database) -> None:
    with database.writing() as session:
        process_key = session.scalars(select(Account)).one().key
        assert process_key is not None
        stock(session, 40)
        account = default(session, rpm=120)
        account_2 = Account(**{c.name: getattr(account, c.name) for c in Account.__table__.columns
                               if c.name not in {"id", "name"}}, name="partner")  # fmt: skip
        session.add(account_2)
        session.flush()

        reprice(session, account_2, BOOK, now=NOW)

        assert account_2.prices == {}
