"""What attempts show of an endpoint is written with them, and told to the operator."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.deliver.claim import claim_due
from app.deliver.decide import decide
from app.deliver.gather import Claim
from app.deliver.reply import Barred, Replied, Reply, Unanswered
from app.deliver.settle import settle
from app.deliver.settlement import Settlement
from app.deliveries.resend import resend
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event
from app.outbox.states import DeliveryState
from app.poll.record import record
from app.process.process import Process
from tests.build import MINUTE, NOW, claim_polls, completed, make_endpoint, make_task

OWN = "http://127.0.0.1:9/own"


def replied(status: int) -> Replied:
    """Reply so."""
    return Replied(status, "", None, timedelta())


@pytest.fixture
def owed(process: Process) -> None:
    """Three completed tasks and one endpoint, and one of them with a URL of its own."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher)
        for number, url in enumerate([OWN, None, None]):
            make_task(session, f"img_{number}", webhook_url=url)
        record(session, [completed(one) for one in claim_polls(session, now=NOW)], now=NOW)


def claim(process: Process, now: datetime = NOW) -> list[Claim]:
    """Claim all that is due, that of endpoints first."""
    with process.database.writing() as session:
        claims = claim_due(session, now=now, lease=MINUTE, limit=100)
    return sorted(claims, key=lambda one: one.endpoint_id is None)


def answer(process: Process, claims: list[Claim], *replies: Reply, now: datetime = NOW) -> None:
    """Settle these attempts as they were replied to; the last reply is that to all the rest."""
    settlements = []
    for number, one in enumerate(claims):
        reply = replies[min(number, len(replies) - 1)]
        is_own = one.endpoint_id is None
        verdict = decide(reply, attempt=one.attempt, now=now, jitter=0, is_own=is_own)
        settlements.append(Settlement(claim=one, reply=reply, verdict=verdict, at=now))
    with process.database.writing() as session:
        assert len(settle(session, settlements, now=now)) == len(claims)


def endpoint(process: Process) -> Endpoint:
    """Return the endpoint."""
    with process.database.reading() as session:
        return session.scalars(select(Endpoint)).one()


def states(process: Process) -> list[DeliveryState]:
    """Return where deliveries to the endpoint stand."""
    with process.database.reading() as session:
        of = select(Delivery.state).where(Delivery.endpoint_id.is_not(None))
        return sorted(session.scalars(of))


def told(process: Process) -> list[str]:
    """Return the events for the operator."""
    with process.database.reading() as session:
        of = select(Event.type).where(Event.type.startswith("webhook.")).order_by(Event.id)
        return list(session.scalars(of))


@pytest.mark.usefixtures("owed")
def test_an_endpoint_that_takes_all_is_not_written_to(process: Process) -> None:
    answer(process, claim(process), replied(204))

    assert endpoint(process).failures == 0
    assert states(process) == [DeliveryState.DELIVERED] * 3
    assert told(process) == []


@pytest.mark.usefixtures("owed")
def test_failures_in_a_row_make_it_fail_over_all_of_its_deliveries(process: Process) -> None:
    """It is sent to all the same; and a URL that is a task's own is nobody's endpoint."""
    *of_endpoint, own = claim(process)
    answer(process, [own], replied(500))
    assert endpoint(process).failures == 0

    answer(process, of_endpoint, replied(500), Unanswered("timeout", timedelta()))

    found = endpoint(process)
    assert (found.state, found.failures, found.failing_since) == (EndpointState.FAILING, 3, NOW)
    assert found.last_failure == "timeout"
    assert states(process) == [DeliveryState.DUE] * 3
    assert told(process) == ["webhook.failing"]


@pytest.mark.usefixtures("owed")
def test_a_success_makes_it_well_again(process: Process) -> None:
    answer(process, claim(process), replied(500))
    for minutes, status in ((5, 500), (6, 200)):
        now = NOW + minutes * MINUTE
        (again,) = (one for one in claim(process, now) if one.endpoint_id)
        assert not again.is_well
        answer(process, [again], replied(status), now=now)

    found = endpoint(process)
    assert (found.state, found.failures, found.failing_since) == (EndpointState.ENABLED, 0, None)
    assert told(process) == ["webhook.failing", "webhook.recovered"]


@pytest.mark.usefixtures("owed")
def test_who_is_gone_is_sent_nothing_more_and_nothing_is_dropped(process: Process) -> None:
    """What was answered 410 and what failed beside it is held; what is under way is still that."""
    first, second, third, own = claim(process)
    answer(process, [first, second, own], replied(410), replied(500), replied(410))

    assert endpoint(process).state is EndpointState.DISABLED
    assert states(process) == [DeliveryState.DUE, DeliveryState.HELD, DeliveryState.HELD]
    assert claim(process, NOW + 60 * MINUTE) == []
    assert told(process) == ["webhook.disabled"]
    with process.database.reading() as session:
        assert session.get_one(Delivery, own.delivery_id).state is DeliveryState.GIVEN_UP
        assert session.get_one(Delivery, third.delivery_id).state is DeliveryState.DUE


@pytest.mark.usefixtures("owed")
def test_what_was_under_way_when_it_was_disabled_is_held_if_it_fails(process: Process) -> None:
    first, second, third, _ = claim(process)
    answer(process, [first], replied(410))

    answer(process, [second, third], replied(500), replied(200))

    assert states(process) == [DeliveryState.DELIVERED, DeliveryState.HELD, DeliveryState.HELD]
    assert endpoint(process).state is EndpointState.DISABLED


@pytest.mark.usefixtures("owed")
def test_a_place_that_is_barred_is_flagged_at_once(process: Process) -> None:
    (first, *_) = claim(process)
    answer(process, [first], Barred("10.0.0.1 is not a public address"))

    found = endpoint(process)
    assert found.state is EndpointState.FAILING
    assert found.last_failure == "10.0.0.1 is not a public address"


@pytest.mark.usefixtures("owed")
def test_what_we_cut_short_is_not_held_against_it(process: Process) -> None:
    answer(process, claim(process), Unanswered("stopped", timedelta()))

    assert endpoint(process).failures == 0


@pytest.mark.usefixtures("owed")
def test_after_days_of_failures_it_is_disabled_and_what_it_is_owed_held(process: Process) -> None:
    with process.database.writing() as session:
        values = {"failures": 9, "failing_since": NOW - timedelta(days=5), "warned": 3}
        session.execute(update(Endpoint).values(**values))
    claims = [one for one in claim(process) if one.endpoint_id]
    with process.database.writing() as session:
        session.execute(update(Endpoint).values(state=EndpointState.FAILING))

    answer(process, claims, replied(500))

    found = endpoint(process)
    assert found.state is EndpointState.DISABLED
    assert found.disabled_reason is not None
    assert states(process) == [DeliveryState.HELD] * 3


@pytest.mark.usefixtures("owed")
def test_the_operator_is_told_of_which_endpoint_and_why(process: Process) -> None:
    """Whoever asked for it: an endpoint of the client default, and not by a star."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, public_id="we_2", events=["webhook.*"])
    answer(process, claim(process), replied(410))

    with process.database.reading() as session:
        event = session.scalars(select(Event).where(Event.type == "webhook.disabled")).one()
        places = session.scalars(select(Delivery.endpoint_id).where(Delivery.event_id == event.id))
        assert len(places.all()) == 1
    body = json.loads(event.body)
    assert (body["id"], body["type"]) == (event.public_id, "webhook.disabled")
    assert (body["data"]["id"], body["data"]["state"]) == ("we_1", "disabled")
    assert "secret" not in body["data"]


@pytest.mark.usefixtures("owed")
def test_a_success_between_failures_counts_though_all_were_claimed_together(
    process: Process,
) -> None:
    first, second, third, _ = claim(process)
    answer(process, [first, second, third], replied(500), replied(204), replied(500))

    assert (endpoint(process).failures, told(process)) == (1, [])


@pytest.mark.usefixtures("owed")
def test_a_success_that_was_claimed_before_the_failures_makes_it_well_again(
    process: Process,
) -> None:
    first, second, third, _ = claim(process)
    answer(process, [first, second], replied(500))

    answer(process, [third], replied(204))

    assert endpoint(process).failures == 0


@pytest.mark.usefixtures("owed")
def test_what_the_url_before_answers_says_nothing_of_the_one_there_is_now(
    process: Process,
) -> None:
    claims = claim(process)
    with process.database.writing() as session:
        session.execute(update(Endpoint).values(url="http://127.0.0.1:9/new"))

    answer(process, claims, replied(410), replied(500))

    found = endpoint(process)
    assert (found.state, found.failures) == (EndpointState.ENABLED, 0)


@pytest.mark.usefixtures("owed")
def test_a_fault_of_ours_is_not_held_against_it(process: Process) -> None:
    answer(process, claim(process), Unanswered("internal error", timedelta()))

    assert endpoint(process).failures == 0


@pytest.mark.usefixtures("owed")
def test_what_was_asked_for_and_cut_short_is_not_owed_once_its_endpoint_is_disabled(
    process: Process,
) -> None:
    """It was delivered before, and stays so; what is owed and was cut short is held."""
    first, second, third, _ = claim(process)
    answer(process, [first], replied(204))
    with process.database.writing() as session:
        resend(session, first.delivery_id, now=NOW)
    (again,) = claim(process)

    stopped = Unanswered("stopped", timedelta())
    answer(process, [again, second, third], stopped, stopped, replied(410))

    assert states(process) == [DeliveryState.DELIVERED, DeliveryState.HELD, DeliveryState.HELD]
    with process.database.reading() as session:
        found = session.get_one(Delivery, first.delivery_id)
        assert (found.state, found.back_to) == (DeliveryState.DELIVERED, None)


@pytest.mark.usefixtures("owed")
def test_of_an_endpoint_that_is_deleted_nobody_is_told(process: Process) -> None:
    claims = claim(process)
    with process.database.writing() as session:
        session.execute(update(Endpoint).values(deleted_at=NOW))

    answer(process, claims, replied(410))

    assert told(process) == []
