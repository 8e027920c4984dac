"""What answers show of an account is written once, and only of the account as it is."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event, select

from app.accounts.health import Denied, Failed, Limited, News, Signal, Works
from app.accounts.hear import Change, Told, hear
from app.accounts.models import Account
from app.accounts.state import AccountState
from app.db.session import Database
from app.process.process import Process
from tests.build import NOW, SECOND, make_access, make_account

REFUSED = Denied("HTTP 401", certain=True)


def told(news: News, *, account_id: int = 1, epoch: int = 0) -> Told:
    """Make a signal that was asked for and came at NOW."""
    access = make_access(account_id=account_id, epoch=epoch)
    return Told(access, Signal(news=news, asked_at=NOW, at=NOW))


def write(database: Database, *signals: Told) -> list[Change]:
    """Hear these in one transaction."""
    with database.writing() as session:
        return hear(session, signals)


def account(database: Database) -> Account:
    """Return the account `default` as it is."""
    with database.reading() as session:
        return session.scalars(select(Account).where(Account.name == "default")).one()


def test_a_change_of_state_is_written_and_told(database: Database) -> None:
    """With the state there was before."""
    (change,) = write(database, told(REFUSED))

    assert (change.account.name, change.was) == ("default", AccountState.OK)
    assert (change.account.state, change.account.why) == (AccountState.BROKEN, "HTTP 401")
    stored = account(database)
    assert stored.health == change.account.health
    assert stored.canary_at == NOW + SECOND


def test_what_changes_no_state_is_written_and_not_told(database: Database) -> None:
    """A pause is no state."""
    assert write(database, told(Limited(9 * SECOND)), told(Failed("HTTP 503"))) == []

    stored = account(database)
    assert stored.paused_until == NOW + 9 * SECOND
    assert (stored.limits, stored.outages, stored.failures) == (1, 1, 1)


def test_answers_of_one_transaction_are_heard_in_their_order(database: Database) -> None:
    """Twelve outages with a good answer between them are not twelve in a row."""
    outage = told(Failed("HTTP 503"))

    assert write(database, *[outage] * 6, told(Works()), *[outage] * 11) == []
    assert account(database).failures == 11
    assert len(write(database, outage)) == 1
    assert account(database).outages == 18


def test_what_was_asked_with_another_key_says_nothing(database: Database) -> None:
    """Neither bad news of the key before, nor good."""
    with database.writing() as session:
        session.scalars(select(Account)).one().epoch = 2

    before = account(database).health
    stale = [told(news, epoch=1) for news in (REFUSED, Limited(None), Failed("HTTP 503"))]

    assert write(database, *stale) == []
    assert account(database).health == before
    assert account(database).limits == 0
    assert len(write(database, *stale, told(REFUSED, epoch=2))) == 1


def test_each_account_hears_its_own(process: Process) -> None:
    """One that is broken breaks no other."""
    with process.database.writing() as session:
        other = make_account(session, process.cipher, "second").id

    changes = write(process.database, told(REFUSED, account_id=other), told(Works()))

    assert [change.account.name for change in changes] == ["second"]
    assert account(process.database).state is AccountState.OK


def test_good_answers_of_a_healthy_account_write_nothing(database: Database) -> None:
    """There are hundreds of them a second, and one row that all would have to lock."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]).split()[0])

    write(database, told(Works()))  # That it works is written now and then.
    event.listen(database.engine, "before_cursor_execute", note)
    assert write(database, *[told(Works())] * 50) == []

    assert [word for word in statements if word != "BEGIN"] == ["SELECT"]


def test_a_repeated_429_is_judged_by_what_the_account_had_used(database: Database) -> None:
    """Nineteen twentieths of what the last minute bore."""
    with database.writing() as session:
        only = session.scalars(select(Account)).one()
        only.rpm, only.used, only.minute_at = 1000, 900, NOW
        only.limited_until = only.peak_at = NOW - SECOND
        only.peak = 900

    write(database, told(Limited(SECOND)))

    assert (account(database).peak, account(database).learnt) == (900, 855)


def test_two_workers_that_hear_at_once_lose_nothing_of_each_other(database: Database) -> None:
    """Eleven outages, one by one and side by side, are eleven; the next is the twelfth."""
    with ThreadPoolExecutor(4) as pool:
        changes = list(pool.map(lambda _: write(database, told(Failed("timeout"))), range(11)))

    assert changes == [[]] * 11
    assert (account(database).failures, account(database).outages) == (11, 11)
    (change,) = write(database, told(Failed("timeout")))
    assert change.account.state is AccountState.DOWN


def test_of_many_who_hear_of_a_refused_key_one_tells(database: Database) -> None:
    """So that the operator is told once."""
    with ThreadPoolExecutor(4) as pool:
        changes = list(pool.map(lambda _: write(database, told(REFUSED)), range(8)))

    assert sum(len(found) for found in changes) == 1
