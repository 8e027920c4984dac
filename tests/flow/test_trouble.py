"""Trouble of an account is told to the operator, and its end brings back what it had put off."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.clients.models import Client
from app.outbox.models import Delivery, Event
from app.poll.claim import Claim, Probe
from app.poll.trouble import hear_of_accounts, tell_of_accounts
from app.process.process import Process
from app.tasks.models import Poll
from app.tasks.status import Status
from app.upstream.answer import Answer, Denied, Outage, Unfinished
from tests.build import (
    MINUTE,
    NOW,
    SECOND,
    claim_any,
    landed,
    look_at,
    make_access,
    make_endpoint,
    make_task,
)  # fmt: skip

REFUSED, OUTAGE = Denied("HTTP 401", certain=True), Outage("HTTP 503")
NOT_YET = Unfinished(Status.PENDING)


def hear(process: Process, *answers: Answer, now: datetime = NOW) -> list[dict[str, str]]:
    """Hear these of the account `default`, whatever they were about; return the lines to log."""
    probe: Claim | Probe = Probe(make_access())
    with process.database.writing() as session:
        changes = hear_of_accounts(session, [landed(probe, a, at=now) for a in answers], now=now)
        return tell_of_accounts(session, changes, now=now)


def events(process: Process) -> list[Event]:
    """Return the events there are, oldest first."""
    with process.database.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def owed(process: Process) -> list[tuple[str, int | None]]:
    """Return what is owed to which endpoint."""
    with process.database.reading() as session:
        found = select(Event.type, Delivery.endpoint_id).join(Delivery).order_by(Delivery.id)
        return [(row.type, row.endpoint_id) for row in session.execute(found)]


def test_a_refused_key_and_its_way_back_are_an_event_each(process: Process) -> None:
    """Of no task, and with the account as the API shows it."""
    hear(process, REFUSED, REFUSED)
    hear(process, NOT_YET, now=NOW + SECOND)

    broken, recovered = events(process)
    assert [event.type for event in (broken, recovered)] == ["account.broken", "account.recovered"]
    assert {(e.client_id, e.task_id, e.version) for e in (broken, recovered)} == {(1, None, None)}
    body = json.loads(broken.body)
    assert (body["id"], body["type"]) == (broken.public_id, "account.broken")
    shown = body["data"]
    assert (shown["name"], shown["state"], shown["why"]) == ("default", "broken", "HTTP 401")
    assert json.loads(recovered.body)["data"]["state"] == "ok"
    assert all("sk-test" not in e.body and "key" not in json.loads(e.body)["data"]
               for e in (broken, recovered))  # fmt: skip


def test_an_outage_is_logged_and_no_event(process: Process) -> None:
    """It ends by itself, and nobody can do anything about it."""
    assert hear(process, *[OUTAGE] * 12) == [
        {"level": "warning", "event": "account.down", "account": "default", "why": "HTTP 503"}
    ]
    assert hear(process, NOT_YET, now=NOW + SECOND) == [
        {"level": "info", "event": "account.ok", "account": "default"}
    ]
    assert events(process) == []


@pytest.mark.parametrize(
    ("named", "told"),
    [
        (["*"], []),
        (["task.*"], []),
        (["task.completed", "account.recovered"], ["account.recovered"]),
        (["account.broken"], ["account.broken"]),
        (["account.*"], ["account.broken", "account.recovered"]),
        (["*", "account.*"], ["account.broken", "account.recovered"]),
    ],
    ids=str,
)
def test_only_an_endpoint_that_names_account_events_is_sent_them(
    process: Process, named: list[str], told: list[str]
) -> None:
    """A receiver that wants the ends of tasks is not written for accounts."""
    with process.database.writing() as session:
        endpoint = make_endpoint(session, process.cipher, events=named).id

    hear(process, REFUSED)
    hear(process, NOT_YET, now=NOW + SECOND)

    assert owed(process) == [(name, endpoint) for name in told]
    assert len(events(process)) == 2


def test_no_other_client_is_told(process: Process) -> None:
    """Accounts are the operator's."""
    with process.database.writing() as session:
        secret = session.scalars(select(Client.webhook_secret)).one()
        other = Client(name="other", webhook_secret=secret, created_at=NOW)
        session.add(other)
        session.flush()
        make_endpoint(session, process.cipher, client_id=other.id, events=["account.*"])

    hear(process, REFUSED)

    assert [event.client_id for event in events(process)] == [1]
    assert owed(process) == []


@pytest.mark.parametrize("trouble", [[REFUSED], [OUTAGE] * 12], ids=["broken", "down"])
def test_the_end_of_trouble_brings_back_what_faults_had_put_off_and_nothing_else(
    process: Process, trouble: list[Answer]
) -> None:
    """Neither what is waiting for its own time, nor what is watched only to be sure."""
    hear(process, *trouble)
    ahead = NOW + MINUTE
    with process.database.writing() as session:
        make_task(session, "img_faulty", faults=3, due_at=ahead)
        make_task(session, "img_waiting", faults=0, due_at=ahead)
        make_task(session, "img_overdue", faults=3, due_at=NOW - MINUTE)
        make_task(session, "img_late", faults=3, due_at=ahead, ended_at=NOW, finished_at=NOW,
                  status=Status.TIMED_OUT)  # fmt: skip
        second = Account(**_columns(session.scalars(select(Account)).one()), name="second")
        session.add(second)
        session.flush()
        make_task(session, "img_other", account="second", faults=3, due_at=ahead)

    back = NOW + SECOND
    hear(process, NOT_YET, now=back)

    with process.database.reading() as session:
        due = {poll.upstream_id: poll.due_at for poll in session.scalars(select(Poll))}
    assert due == {
        "img_faulty": back, "img_waiting": ahead, "img_overdue": NOW - MINUTE,
        "img_late": ahead, "img_other": ahead,
    }  # fmt: skip


def _columns(account: Account) -> dict[str, object]:
    skipped = {"id", "name"}
    return {
        c.key: getattr(account, c.key) for c in Account.__table__.columns if c.key not in skipped
    }


def test_the_budget_spreads_what_comes_back_after_an_outage(process: Process) -> None:
    """A tenth of the rate at first, though all of it is due."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().rpm = 6000
        for number in range(40):
            make_task(session, f"img_{number}", faults=1, due_at=NOW + MINUTE)
    hear(process, *[OUTAGE] * 12)
    back = NOW + SECOND
    with process.database.writing() as session:
        assert len(look_at(session, NOT_YET, now=back)) == 1
        claims = claim_any(session, now=back + 0.1 * SECOND)

    assert 0 < len(claims) <= 6  # A burst of 6 at 600 a minute, where the whole rate has 50.


def test_an_account_that_is_back_is_asked_for_everything_again(process: Process) -> None:
    """As if there had been no trouble, a little while later."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().rpm = 600
        for number in range(3):
            make_task(session, f"img_{number}")
    hear(process, REFUSED)
    now = NOW + SECOND

    with process.database.writing() as session:
        first = look_at(session, REFUSED, now=now)
        second = look_at(session, NOT_YET, now=now + 2 * SECOND)
        third = look_at(session, NOT_YET, now=now + timedelta(seconds=3))
        state = session.scalars(select(Account)).one().state

    assert [len(claims) for claims in (first, second, third)] == [1, 1, 2]
    assert state is AccountState.OK
