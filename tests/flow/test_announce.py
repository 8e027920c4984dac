"""A new status becomes an event, and a delivery for each place that wants it."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.outbox.models import Delivery, Event
from app.outbox.states import DeliveryState
from app.poll.claim import Claim
from app.poll.finding import Finding
from app.poll.record import record
from app.process.process import Process
from app.tasks.status import Status
from tests.build import MINUTE, NOW, claim_polls, completed, make_endpoint, make_task, unfinished

Finder = Callable[[Claim], Finding]


def tell(process: Process, find: Finder, *, webhook_url: str | None = None) -> list[Event]:
    """Register a task, find what `find` says of it, and return the events there are then."""
    with process.database.writing() as session:
        make_task(session, webhook_url=webhook_url)
        claims = claim_polls(session, now=NOW, lease=MINUTE, limit=1)
        record(session, [find(claim) for claim in claims], now=NOW + MINUTE)
        return list(session.scalars(select(Event)))


def deliveries(process: Process) -> list[Delivery]:
    """Return the deliveries there are."""
    with process.database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_the_end_of_a_task_is_an_event_even_if_nobody_asked(process: Process) -> None:
    """Who asks later finds it."""
    (event,) = tell(process, completed)

    assert event.type == "task.completed"
    assert deliveries(process) == []


def test_the_event_holds_the_task_and_its_story(process: Process) -> None:
    """The receiver need not ask for anything more."""
    (event,) = tell(process, completed)

    body = json.loads(event.body)
    assert (body["id"], body["type"]) == (event.public_id, "task.completed")
    assert body["data"]["task_id"] == "img_1"
    assert body["data"]["version"] == 2
    assert body["data"]["images"] == [{"url": "https://x/1.png", "revised_prompt": None}]
    assert [entry["what"] for entry in body["data"]["timeline"]] == ["registered", "completed"]


def test_a_url_of_the_task_and_each_endpoint_that_wants_it_are_owed_a_delivery(
    process: Process,
) -> None:
    """All of one event, so all under one id."""
    with process.database.writing() as session:
        wanting = make_endpoint(
            session, process.cipher, public_id="we_1", events=["task.completed"]
        )
        make_endpoint(session, process.cipher, public_id="we_2", events=["task.failed"])

    tell(process, completed, webhook_url="http://127.0.0.1:9/own")

    owed = deliveries(process)
    assert [delivery.endpoint_id for delivery in owed] == [None, wanting.id]
    assert {delivery.state for delivery in owed} == {DeliveryState.DUE}
    assert {delivery.due_at for delivery in owed} == {NOW + MINUTE}


@pytest.mark.parametrize(
    ("events", "told"),
    [(["task.processing"], ["task.processing"]), (["*"], []), (["task.*"], [])],
    ids=["named", "star", "wildcard"],
)
def test_processing_is_told_only_to_who_names_it(
    process: Process, events: list[str], told: list[str]
) -> None:
    """Wildcards mean the ends of tasks."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, events=events)

    found = tell(
        process, lambda claim: unfinished(claim, status=Status.PROCESSING, sight="processing")
    )

    assert [event.type for event in found] == told
    for event in found:
        assert json.loads(event.body)["data"]["next_poll_at"] is not None
