"""What a client is told, and what an endpoint is sent, is numbered without gaps."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clients.models import Client
from app.deliver.claim import claim_due
from app.endpoints.endpoint import endpoints_of
from app.outbox.models import Delivery, Event
from app.outbox.owe import owe
from app.outbox.states import DeliveryState
from app.outbox.stream import number
from app.process.process import Process
from tests.build import CLIENT, MINUTE, NOW, make_delivery, make_endpoint


@pytest.fixture
def two(process: Process) -> None:
    """Two endpoints."""
    with process.database.writing() as session:
        for name in ("we_1", "we_2"):
            make_endpoint(session, process.cipher, public_id=name)


def tell(session: Session, place: int | str) -> Delivery:
    """Owe an event to the n-th endpoint, or to a URL."""
    if isinstance(place, str):
        return make_delivery(session, place)
    return make_delivery(session, endpoints_of(session, CLIENT)[place])


@pytest.mark.usefixtures("two")
def test_events_count_for_the_client_and_deliveries_for_the_endpoint(process: Process) -> None:
    """And what goes to a task's own URL has no number there."""
    with process.database.writing() as session:
        for place in (0, 1, "https://a.example/", 0):
            tell(session, place)

    with process.database.reading() as session:
        events = session.scalars(select(Event.sequence).order_by(Event.id)).all()
        sent = session.scalars(select(Delivery.sequence).order_by(Delivery.id)).all()
    assert (events, sent) == ([1, 2, 3, 4], [1, 1, None, 2])


def test_each_client_has_its_own_numbers(process: Process) -> None:
    with process.database.writing() as session:
        other = Client(name="other", webhook_secret="x", created_at=NOW)
        session.add(other)
        session.flush()
        clients = (CLIENT, other.id, CLIENT)
        events = [
            Event(public_id=f"evt_{n}", client_id=client, type="x", body="{}", created_at=NOW)
            for n, client in enumerate(clients)
        ]
        owe(session, [(event, []) for event in events], now=NOW)

    assert [event.sequence for event in events] == [1, 1, 2]


@pytest.mark.usefixtures("two")
def test_what_is_rolled_back_leaves_no_gap(process: Process) -> None:
    with pytest.raises(ZeroDivisionError), process.database.writing() as session:
        tell(session, 0)
        raise ZeroDivisionError
    with process.database.writing() as session:
        tell(session, 0)

    with process.database.reading() as session:
        assert session.scalars(select(Event.sequence)).all() == [1]


def test_two_who_write_at_once_are_numbered_one_after_the_other(process: Process) -> None:
    """Streams that are new, too, and whatever order they are named in."""
    both = Barrier(2)

    def write(streams: list[int]) -> list[int]:
        firsts = []
        both.wait(10)
        for _ in range(20):
            with process.database.writing() as session:
                found = number(session, dict.fromkeys(streams, 3))
                firsts.append(found[7])
        return firsts

    with ThreadPoolExecutor(2) as pool:
        ours, theirs = pool.map(write, ([7, -1], [-1, 7, 8]))

    assert sorted(ours + theirs) == list(range(1, 121, 3))
    assert ours == sorted(ours)


@pytest.mark.usefixtures("two")
def test_the_watermark_is_what_nothing_is_still_to_come_of(process: Process) -> None:
    """Delivered or given up; what was delivered and is sent once more is not still to come."""
    with process.database.writing() as session:
        one, gone, again, last = (tell(session, 0) for _ in range(4))
        tell(session, 1)
        one.state, gone.state = DeliveryState.DELIVERED, DeliveryState.GIVEN_UP
        again.back_to, again.back_due_at = DeliveryState.DELIVERED, NOW
        numbers = {again.id: (3, 3), last.id: (4, 3)}

    with process.database.writing() as session:
        claims = claim_due(session, now=NOW, lease=MINUTE, limit=9)

    found = {one.delivery_id: (one.sequence, one.watermark) for one in claims}
    assert found == numbers | {last.id + 1: (1, 0)}


@pytest.mark.usefixtures("two")
def test_what_is_held_is_still_to_come(process: Process) -> None:
    with process.database.writing() as session:
        held = tell(session, 0)
        held.state = DeliveryState.HELD
        tell(session, 0)

    with process.database.writing() as session:
        (claim,) = claim_due(session, now=NOW, lease=MINUTE, limit=9)

    assert (claim.sequence, claim.watermark) == (2, 0)
