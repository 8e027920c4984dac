"""A delivery is claimed, posted, settled, and never lost."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.deliver.claim import claim_due
from app.deliver.decide import Verdict
from app.deliver.gather import Claim
from app.deliver.lost import WHY
from app.deliver.reply import Replied, Reply, Unanswered
from app.deliver.settle import settle
from app.deliver.settlement import Settlement
from app.endpoints.endpoint import rotate
from app.endpoints.models import Endpoint
from app.outbox.models import Attempt, Delivery
from app.outbox.states import DeliveryState, Fault
from app.poll.record import record
from app.process.process import Process
from tests.build import MINUTE, NOW, claim_polls, completed, make_endpoint, make_task

OK = Replied(204, "", None, timedelta(milliseconds=12))


@pytest.fixture
def owed(process: Process) -> None:
    """A completed task with a URL of its own and one endpoint: two deliveries due at NOW."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, url="http://127.0.0.1:9/endpoint")
        make_task(session, webhook_url="http://127.0.0.1:9/own")
        claims = claim_polls(session, now=NOW, lease=MINUTE, limit=1)
        record(session, [completed(claim) for claim in claims], now=NOW)


def claim(process: Process, *, now: datetime = NOW, limit: int = 10) -> list[Claim]:
    """Claim for a minute."""
    with process.database.writing() as session:
        return claim_due(session, now=now, lease=MINUTE, limit=limit)


def end(
    process: Process, claim: Claim, state: DeliveryState, due: datetime, reply: Reply = OK
) -> bool:
    """Settle one attempt; tell whether its claim still held."""
    settlement = Settlement(claim=claim, reply=reply, verdict=Verdict(state, due), at=NOW)
    with process.database.writing() as session:
        return settle(session, [settlement], now=NOW) == [settlement]


def state_of(process: Process, claim: Claim) -> tuple[DeliveryState, int]:
    """Return where the delivery stands, and after how many attempts."""
    with process.database.reading() as session:
        found = session.get_one(Delivery, claim.delivery_id)
        return found.state, found.attempts


@pytest.mark.usefixtures("owed")
def test_a_claim_has_all_that_sending_takes(process: Process) -> None:
    """The task's own URL is signed with the client's secret, an endpoint's with its own."""
    own, endpoint = claim(process)

    assert (own.url, endpoint.url) == ("http://127.0.0.1:9/own", "http://127.0.0.1:9/endpoint")
    assert own.event_id == endpoint.event_id
    assert own.body == endpoint.body
    (one,), (other,) = own.secrets, endpoint.secrets
    assert process.cipher.decrypt(one) != process.cipher.decrypt(other)
    assert {own.attempt, endpoint.attempt} == {1}


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize(("later", "signing"), [(MINUTE, ["new", "old"]), (2 * MINUTE, ["new"])])
def test_the_secret_before_signs_too_until_its_time_is_over(
    process: Process, later: timedelta, signing: list[str]
) -> None:
    """Of the endpoint that was rotated, and of it alone."""
    with process.database.writing() as session:
        rotated = session.scalars(select(Endpoint)).one()
        rotated.secret = process.cipher.encrypt("old")
        new = process.cipher.encrypt("new")
        rotate(rotated, secret=new, overlap=2 * MINUTE, now=NOW)

    own, of_endpoint = claim(process, now=NOW + later)

    assert [process.cipher.decrypt(secret) for secret in of_endpoint.secrets] == signing
    assert len(own.secrets) == 1


@pytest.mark.usefixtures("owed")
def test_a_claimed_delivery_stays_hidden_until_its_lease_ends(process: Process) -> None:
    """Then it is sent again, under the same event id."""
    first = claim(process)

    assert claim(process, now=NOW + MINUTE / 2) == []
    again = claim(process, now=NOW + MINUTE)
    assert [c.event_id for c in again] == [c.event_id for c in first]
    assert [c.token for c in again] == [2, 2]


@pytest.mark.usefixtures("owed")
def test_a_delivered_one_is_not_sent_again(process: Process) -> None:
    """Its attempt is on record."""
    one, other = claim(process)

    end(process, one, DeliveryState.DELIVERED, NOW)

    assert state_of(process, one) == (DeliveryState.DELIVERED, 1)
    assert [c.delivery_id for c in claim(process, now=NOW + MINUTE)] == [other.delivery_id]
    with process.database.reading() as session:
        (attempt,) = session.scalars(select(Attempt).where(Attempt.delivery_id == one.delivery_id))
    assert (attempt.number, attempt.status_code, attempt.milliseconds) == (1, 204, 12)


@pytest.mark.usefixtures("owed")
def test_a_failed_attempt_is_due_again_when_the_schedule_says(process: Process) -> None:
    """As the second attempt, with the reason of the first on record."""
    one, _ = claim(process)
    reply = Unanswered(Fault.UNREACHABLE, timedelta())

    end(process, one, DeliveryState.DUE, NOW + 5 * MINUTE, reply)

    later = {c.delivery_id: c.attempt for c in claim(process, now=NOW + 5 * MINUTE)}
    assert later[one.delivery_id] == 2
    with process.database.reading() as session:
        of = select(Attempt.error).where(Attempt.delivery_id == one.delivery_id)
        assert session.scalars(of.order_by(Attempt.token)).first() == Fault.UNREACHABLE


@pytest.mark.usefixtures("owed")
def test_a_late_worker_settles_nothing_but_its_attempt(process: Process) -> None:
    """The POST did happen; where the delivery stands is for the newer claim to say."""
    late, _ = claim(process)
    newer = {c.delivery_id: c for c in claim(process, now=NOW + MINUTE)}[late.delivery_id]
    assert end(process, newer, DeliveryState.DELIVERED, NOW)

    assert not end(process, late, DeliveryState.DUE, NOW)
    assert state_of(process, late) == (DeliveryState.DELIVERED, 1)
    assert logged(process, late) == [(204, None), (204, None)]


def logged(process: Process, claim: Claim) -> list[tuple[int | None, str | None]]:
    """Return what the log says of the attempts at a delivery, by their tokens."""
    with process.database.reading() as session:
        of = select(Attempt).where(Attempt.delivery_id == claim.delivery_id)
        return [(one.status_code, one.error) for one in session.scalars(of.order_by(Attempt.token))]


@pytest.mark.usefixtures("owed")
def test_an_attempt_that_nobody_heard_of_is_on_record(process: Process) -> None:
    """Once another claims what the lost worker had: the receiver may know of it."""
    lost, _ = claim(process)
    assert logged(process, lost) == []

    claim(process, now=NOW + MINUTE)
    claim(process, now=NOW + 2 * MINUTE)

    assert logged(process, lost) == [(None, WHY), (None, WHY)]
    with process.database.reading() as session:
        of = select(Attempt.at).where(Attempt.delivery_id == lost.delivery_id)
        assert list(session.scalars(of.order_by(Attempt.token))) == [NOW, NOW + MINUTE]


@pytest.mark.usefixtures("owed")
def test_an_attempt_settled_twice_is_settled_once(process: Process) -> None:
    """As when the connection is lost just after the commit, and it is written again."""
    one, _ = claim(process)
    for _ in range(2):
        end(process, one, DeliveryState.DUE, NOW + MINUTE)

    assert state_of(process, one) == (DeliveryState.DUE, 1)
    with process.database.reading() as session:
        assert len(session.scalars(select(Attempt)).all()) == 1


@pytest.mark.usefixtures("owed")
def test_first_attempts_come_before_retries(process: Process) -> None:
    """A receiver that has been down for hours does not hold up the news of others."""
    one, other = claim(process)
    end(process, one, DeliveryState.DUE, NOW - MINUTE)

    (first,) = claim(process, now=NOW + MINUTE, limit=1)

    assert first.delivery_id == other.delivery_id
