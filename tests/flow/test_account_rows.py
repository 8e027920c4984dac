"""A task outlives the trouble of its account: it keeps its status, and the time is not its own."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.outbox.models import Event
from app.process.process import Process
from app.tasks.models import Poll, Task
from app.tasks.status import Status
from app.upstream.answer import Answer, Denied, Finished, Image, Outage, Paused, Unfinished
from tests.build import MINUTE, NOW, SECOND, look_at, make_task

HOUR = timedelta(hours=1)
NOT_YET = Unfinished(Status.PROCESSING)
DONE = Finished((Image("https://x/1.png", None, 0),))
REFUSED, OUTAGE = Denied("HTTP 401", certain=True), Outage("HTTP 503")
DEADLINE = NOW + 5 * MINUTE


def live(
    process: Process, answer: Answer, *, begin: datetime, end: datetime, every: timedelta = SECOND
) -> list[datetime]:
    """Run rounds in which LemonData answers so, from `begin` to `end`; return when it was asked."""
    asked, now = [], begin
    with process.database.writing() as session:
        while now < end:
            asked += [now] * len(look_at(session, answer, now=now))
            session.expire_all()  # As if each round had a transaction of its own, in less time.
            now += every
    return asked


def task(process: Process) -> Task:
    """Return the one task."""
    with process.database.reading() as session:
        return session.scalars(select(Task)).one()


def poll(process: Process) -> Poll:
    """Return its schedule."""
    with process.database.reading() as session:
        return session.scalars(select(Poll)).one()


def account(process: Process) -> Account:
    """Return the account."""
    with process.database.reading() as session:
        return session.scalars(select(Account)).one()


@pytest.fixture
def watched(process: Process) -> Process:
    """A task that is processing, asked for until ten seconds after NOW."""
    with process.database.writing() as session:
        make_task(session)
    live(process, NOT_YET, begin=NOW, end=NOW + 10 * SECOND)
    return process


@pytest.mark.parametrize(
    ("answer", "state", "most"),
    [(REFUSED, AccountState.BROKEN, 6), (OUTAGE, AccountState.DOWN, 3)],
    ids=["broken", "down"],
)
def test_a_task_keeps_its_status_and_gets_back_the_time_of_the_trouble(
    watched: Process, answer: Answer, state: AccountState, most: int
) -> None:
    """An hour of it; the task is the canary, and so asked for a few times a minute."""
    begin, end, wanted = NOW + 10 * SECOND, NOW + HOUR, poll(watched).due_at
    asked = live(watched, answer, begin=begin, end=end, every=10 * SECOND)

    assert account(watched).state is state
    assert 0.8 <= len(asked) / (most * ((end - begin) / MINUTE)) <= 1.2
    assert (task(watched).status, task(watched).version) == (Status.PROCESSING, 2)
    assert poll(watched).deadline_at == DEADLINE

    live(watched, NOT_YET, begin=end, end=end + 30 * SECOND)

    assert account(watched).state is AccountState.OK
    held_up = poll(watched).deadline_at - DEADLINE
    assert timedelta() <= held_up - (end - wanted) <= 30 * SECOND
    assert task(watched).status is Status.PROCESSING

    live(watched, DONE, begin=end + MINUTE, end=end + MINUTE + 5 * SECOND)
    assert task(watched).status is Status.COMPLETED


def test_after_the_trouble_the_task_has_the_rest_of_its_time_and_no_more(watched: Process) -> None:
    """It is timed out when it was asked for in vain for five minutes."""
    end = NOW + 2 * HOUR
    live(watched, REFUSED, begin=NOW + 10 * SECOND, end=end, every=MINUTE)

    live(watched, NOT_YET, begin=end, end=end + 4 * MINUTE)
    assert task(watched).status is Status.PROCESSING
    live(watched, NOT_YET, begin=end + 4 * MINUTE, end=end + 7 * MINUTE)

    assert task(watched).status is Status.TIMED_OUT
    assert task(watched).deadline_at == poll(watched).deadline_at > end + 4 * MINUTE


def test_a_pause_is_not_the_task_s_time_either(watched: Process) -> None:
    """Nothing is asked until it is over."""
    asked = live(watched, Paused(10 * MINUTE), begin=NOW + 12 * SECOND, end=NOW + 9 * MINUTE)
    assert len(asked) == 1

    after = live(watched, NOT_YET, begin=NOW + 10 * MINUTE, end=NOW + 10 * MINUTE + 20 * SECOND)

    assert after[0] == asked[0] + 10 * MINUTE
    assert poll(watched).deadline_at - DEADLINE == after[0] - asked[0]
    assert task(watched).status is Status.PROCESSING


def test_time_in_which_the_account_was_disabled_is_not_the_task_s(watched: Process) -> None:
    """Nothing is asked, and nothing ends."""
    with watched.database.writing() as session:
        session.scalars(select(Account)).one().state = AccountState.DISABLED
    wanted = poll(watched).due_at
    begin, end = NOW + 10 * SECOND, NOW + HOUR
    assert live(watched, NOT_YET, begin=begin, end=end, every=MINUTE) == []

    with watched.database.writing() as session:
        session.scalars(select(Account)).one().state = AccountState.OK
    live(watched, NOT_YET, begin=end, end=end + 2 * SECOND)

    assert poll(watched).deadline_at - DEADLINE == end - wanted


def test_more_than_a_day_of_refusals_ends_nothing(watched: Process) -> None:
    """A key that is exchanged after a week finds every task as it was."""
    live(watched, REFUSED, begin=NOW + 10 * SECOND, end=NOW + 7 * 24 * HOUR, every=HOUR)

    assert task(watched).status is Status.PROCESSING
    with watched.database.reading() as session:
        kinds = session.scalars(select(Event.type)).all()
    assert kinds == ["account.broken"]


def test_a_day_without_any_answer_beyond_its_deadline_ends_a_task_as_unreachable(
    watched: Process,
) -> None:
    """If it was a day of canaries too, and not one in which nobody asked."""
    day, begin = DEADLINE + 24 * HOUR, DEADLINE + 23.5 * HOUR
    with watched.database.writing() as session:
        account = session.scalars(select(Account)).one()
        account.state, account.failures = AccountState.DOWN, 4300
        account.since = account.canary_at = begin
    live(watched, OUTAGE, begin=begin, end=day, every=20 * SECOND)
    assert task(watched).status is Status.PROCESSING

    live(watched, OUTAGE, begin=day, end=day + MINUTE, every=20 * SECOND)

    assert (task(watched).status, task(watched).error) == (Status.TIMED_OUT, "unreachable")


def test_a_month_in_which_nobody_asked_does_not_end_a_task(watched: Process) -> None:
    """The first outage after it is the first."""
    later = NOW + 30 * 24 * HOUR

    live(watched, OUTAGE, begin=later, end=later + HOUR, every=MINUTE)

    assert account(watched).state is AccountState.DOWN
    assert task(watched).status is Status.PROCESSING
