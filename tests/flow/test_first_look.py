"""When a task is looked at for the first time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account
from app.process.process import Process
from app.register.prepare import Registrar
from app.register.register import register_all
from app.register.schemas import RegisterTask
from app.schedule.scouts import SHARE, lot
from app.settings import Settings
from app.tasks.models import Poll, Task
from tests.build import CLIENT, MINUTE, NOW, SECOND

Look = Callable[..., datetime]


@pytest.fixture
def first_look(process: Process) -> Look:
    """Register a task at NOW; return when it is first looked at."""

    def act(registrar: Registrar | None = None, **fields: Any) -> datetime:
        body = RegisterTask.model_validate({"task_id": "img_1", **fields})
        with process.database.reading() as session:
            account = session.scalars(select(Account)).one()
        by = registrar or Registrar.of(process)
        new = by.prepare(body, client=CLIENT, account=account, now=NOW)
        register_all(process.database, [new])
        with process.database.reading() as session:
            name = Poll.upstream_id == body.task_id
            poll = session.scalars(select(Poll).where(name)).one()
            assert poll.expected_at == poll.due_at
            return poll.due_at

    return act


def short(process: Process, *, price: float, at: datetime = NOW) -> None:
    """Let polls cost this much since then."""
    with process.database.writing() as session:
        prices = {str(CLIENT): price}
        session.execute(update(Account).values(prices=prices, is_short=True, priced_at=at))


def test_an_id_alone_is_looked_at_at_once(first_look: Look) -> None:
    """It may be of any age, and long over."""
    assert first_look() == NOW


def test_a_task_that_began_just_now_is_looked_at_after_the_floor(first_look: Look) -> None:
    """Where there is budget enough."""
    assert first_look(created=NOW.timestamp()) == NOW + 3 * SECOND


def test_a_task_that_began_before_is_looked_at_when_it_is_as_old(first_look: Look) -> None:
    assert first_look(created=NOW.timestamp() - 2) == NOW + SECOND


def test_a_task_that_began_long_before_is_looked_at_at_once(
    process: Process, first_look: Look
) -> None:
    short(process, price=0.5)

    assert first_look(created=NOW.timestamp() - 120) == NOW


def test_where_polls_have_a_price_nobody_looks_when_hardly_any_task_can_be_over(
    process: Process, first_look: Look
) -> None:
    """Most images take half a minute or more, as the vendor says."""
    short(process, price=0.5)

    assert NOW + 15 * SECOND < first_look(created=NOW.timestamp()) < NOW + MINUTE


def test_one_in_ten_is_a_scout_and_looked_at_at_half_the_age(
    process: Process, first_look: Look
) -> None:
    """While nobody else is, so that a model that has become faster is soon known."""
    short(process, price=0.5)
    scout = next(name for name in map("img_{}".format, range(99)) if lot(name) < SHARE)

    usual = first_look(created=NOW.timestamp()) - NOW
    early = first_look(created=NOW.timestamp(), task_id=scout) - NOW

    assert lot("img_1") > SHARE
    assert early.total_seconds() == pytest.approx(usual.total_seconds() / 2)


def test_an_id_alone_must_wait_as_well_then(process: Process, first_look: Look) -> None:
    short(process, price=0.5)

    assert first_look() > NOW + 15 * SECOND


def test_what_is_looked_at_at_once_may_be_of_any_age(process: Process, first_look: Look) -> None:
    """Unless it is told how old it is; and where it must wait, it is taken for new."""
    first_look(task_id="img_alone")
    first_look(task_id="img_old", created=NOW.timestamp() - 120)
    short(process, price=0.5)
    first_look(task_id="img_waiting")

    with process.database.reading() as session:
        known = dict(session.execute(select(Task.upstream_id, Task.is_dated)).all())
    assert known == {"img_alone": False, "img_old": True, "img_waiting": True}


def test_a_price_of_long_ago_is_none(process: Process, first_look: Look) -> None:
    short(process, price=0.5, at=NOW - MINUTE)

    assert first_look() == NOW


def test_what_weighs_more_is_looked_at_sooner(process: Process, first_look: Look) -> None:
    short(process, price=2.0)

    assert first_look(created=NOW.timestamp(), priority=10) < NOW + 30 * SECOND


def test_no_first_look_is_later_than_the_deadline(process: Process, first_look: Look) -> None:
    short(process, price=0.5)

    assert first_look(created=NOW.timestamp(), deadline_seconds=5) == NOW + 5 * SECOND


def test_policies_that_learn_nothing_look_at_once(settings: Settings, first_look: Look) -> None:
    plain = Process(settings.model_copy(update={"policy": "fixed"}))
    registrar = Registrar.of(plain)

    assert first_look(registrar, created=NOW.timestamp()) == NOW
    plain.close()
