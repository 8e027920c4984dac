"""What became of webhooks, over HTTP: listed by endpoint, and shown with every attempt."""

import json
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.clients.models import Client
from app.clock import utc_now
from app.deliver.claim import claim_due
from app.deliver.decide import decide
from app.deliver.gather import Claim
from app.deliver.park import park
from app.deliver.reply import Replied, Reply, Unanswered
from app.deliver.settle import settle
from app.deliver.settlement import Settlement
from app.deliveries import routes
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event
from app.poll.record import record
from app.process.process import Process
from tests.build import MINUTE, NOW, SECOND, claim_polls, completed, make_endpoint, make_task

OWN = "https://1.1.1.1/own"
HOOK = "https://1.1.1.1/hook"


@pytest.fixture
def owed(process: Process) -> None:
    """Five completed tasks and one endpoint, and one of them with a URL of its own."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, url=HOOK)
        for number, url in enumerate([OWN, None, None, None, None]):
            make_task(session, f"img_{number}", webhook_url=url)
        claims = sorted(claim_polls(session, now=NOW), key=lambda one: one.task_id)
        record(session, [completed(one) for one in claims], now=NOW)


def attempt(process: Process, reply: Reply, *, limit: int = 1, after: timedelta = SECOND) -> None:
    """Make an attempt at what is due and answer it so."""
    now = NOW + after
    with process.database.writing() as session:
        claims = claim_due(session, now=now, lease=MINUTE, limit=limit)
        settlements = [
            Settlement(
                claim=one, reply=reply, at=now,
                verdict=decide(reply, attempt=one.attempt, now=now, jitter=0, back=one.back),
            )
            for one in claims
        ]  # fmt: skip
        assert settle(session, settlements, now=now)


def listed(api: TestClient, **query: Any) -> dict[str, Any]:
    """List the endpoint's deliveries."""
    answer = api.get("/v1/webhooks/we_1/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("owed")
def test_what_is_owed_to_an_endpoint_is_listed_the_newest_first(
    api: TestClient, process: Process
) -> None:
    """And nothing that goes elsewhere."""
    items = listed(api)["items"]

    with process.database.reading() as session:
        of = select(Event.public_id).join(Delivery).where(Delivery.endpoint_id.is_not(None))
        events = session.scalars(of.order_by(Delivery.id.desc())).all()
    assert [one["event_id"] for one in items] == events
    assert len(items) == 5
    assert items[0] == {
        "id": items[0]["id"], "event_id": events[0], "event_type": "task.completed",
        "webhook_id": "we_1", "url": HOOK, "state": "due", "attempts": 0,
        "next_attempt_at": "2026-11-22T12:00:00Z", "created_at": "2026-11-22T12:00:00Z",
    }  # fmt: skip


@pytest.mark.usefixtures("owed")
def test_pages_follow_each_other_though_more_comes(api: TestClient, process: Process) -> None:
    first = listed(api, limit=2)
    with process.database.writing() as session:
        make_task(session, "img_new")
        record(session, [completed(one) for one in claim_polls(session, now=NOW)], now=NOW)
    second = listed(api, limit=2, cursor=first["next_cursor"])
    last = listed(api, limit=2, cursor=second["next_cursor"])

    pages = [first, second, last]
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert len({one["id"] for page in pages for one in page["items"]}) == 5
    assert last["next_cursor"] is None


@pytest.mark.usefixtures("owed")
def test_a_list_can_be_of_some_states(api: TestClient, process: Process) -> None:
    attempt(process, Replied(204, "", None, SECOND), limit=2)

    assert len(listed(api, state="due")["items"]) in {3, 4}
    states = {one["state"] for one in listed(api, state=["delivered", "held"])["items"]}
    assert states == {"delivered"}


@pytest.mark.usefixtures("owed")
def test_a_delivery_is_shown_with_every_attempt(api: TestClient, process: Process) -> None:
    """The last one that was not answered, too."""
    attempt(process, Replied(500, "no lemons", None, 12 * SECOND), limit=6)
    # One alone is tried, since its endpoint is failing.
    attempt(process, Unanswered("timeout", 15 * SECOND), limit=6, after=MINUTE)
    (first,) = (one for one in listed(api)["items"] if one["attempts"] > 1)

    shown = api.get(f"/v1/deliveries/{first['id']}")

    assert shown.status_code == 200
    log = shown.json().pop("log")
    assert {k: v for k, v in shown.json().items() if k != "log"} == first
    assert (first["attempts"], first["state"]) == (2, "due")
    assert log == [
        {"number": 1, "is_resend": False, "at": "2026-11-22T12:00:01Z", "latency_ms": 12000,
         "status_code": 500, "error": None, "response": "no lemons",
         "is_truncated": False},
        {"number": 2, "is_resend": False, "at": "2026-11-22T12:01:00Z", "latency_ms": 15000,
         "status_code": None, "error": "timeout", "response": None,
         "is_truncated": False},
    ]  # fmt: skip


@pytest.mark.usefixtures("owed")
def test_a_delivery_to_a_task_s_own_url_is_shown_by_its_id(
    api: TestClient, process: Process
) -> None:
    with process.database.reading() as session:
        own = session.scalars(select(Delivery).where(Delivery.endpoint_id.is_(None))).one()

    shown = api.get(f"/v1/deliveries/{own.public_id}").json()

    assert (shown["webhook_id"], shown["url"], shown["log"]) == (None, OWN, [])


@pytest.mark.usefixtures("owed")
def test_what_is_another_client_s_is_not_there(api: TestClient, process: Process) -> None:
    with process.database.writing() as session:
        theirs = process.cipher.encrypt("whsec_theirs")
        stranger = Client(name="stranger", webhook_secret=theirs, created_at=NOW)
        session.add(stranger)
        session.flush()
        session.query(Event).update({"client_id": stranger.id})
        session.query(Endpoint).update({"client_id": stranger.id})
        delivery = session.scalars(select(Delivery)).first()
    assert delivery is not None

    assert api.get(f"/v1/deliveries/{delivery.public_id}").status_code == 404
    assert api.get("/v1/webhooks/we_1/deliveries").status_code == 404


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": 0}, "?limit"),
        ({"limit": 501}, "?limit"),
        ({"state": "sour"}, "?state.0"),
        ({"cursor": "sour"}, "?cursor"),
        ({"colour": "yellow"}, "?colour"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    api: TestClient, query: dict[str, Any], pointer: str
) -> None:
    answer = api.get("/v1/webhooks/we_1/deliveries", params=query)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def states_of(api: TestClient, *ids: str) -> list[tuple[str, int]]:
    """Return where these stand, and after how many attempts."""
    found = [api.get(f"/v1/deliveries/{one}").json() for one in ids]
    return [(one["state"], one["attempts"]) for one in found]


@pytest.mark.usefixtures("owed")
def test_what_was_delivered_can_be_sent_once_more(api: TestClient, process: Process) -> None:
    """Under the same event id; and whether it is taken or not, it has been delivered."""
    attempt(process, Replied(204, "", None, SECOND), limit=6)
    (one, other, *_) = (found["id"] for found in listed(api)["items"])

    for found, status in ((one, 204), (other, 500)):
        asked = [api.post(f"/v1/deliveries/{found}/resend") for _ in range(2)]
        assert [(answer.status_code, answer.json()["state"]) for answer in asked] == [
            (202, "due"),
            (202, "due"),
        ]
        attempt(process, Replied(status, "", None, SECOND), after=MINUTE, limit=6)

    assert states_of(api, one, other) == [("delivered", 1), ("delivered", 1)]
    logs = [api.get(f"/v1/deliveries/{found}").json()["log"] for found in (one, other)]
    assert [[(entry["is_resend"], entry["status_code"]) for entry in log] for log in logs] == [
        [(False, 204), (True, 204)],
        [(False, 204), (True, 500)],
    ]
    with process.database.writing() as session:
        assert claim_due(session, now=NOW + 60 * MINUTE, lease=MINUTE, limit=6) == []


@pytest.mark.usefixtures("owed")
def test_sending_once_more_takes_nothing_of_the_schedule(api: TestClient, process: Process) -> None:
    """What failed stays due when it was, as the attempt that it was."""
    attempt(process, Replied(500, "", None, SECOND), limit=6)
    (first, *_) = listed(api)["items"]

    api.post(f"/v1/deliveries/{first['id']}/resend")
    with process.database.writing() as session:
        session.query(Delivery).filter(Delivery.public_id == first["id"]).update({"due_at": NOW})
    attempt(process, Replied(500, "", None, SECOND), after=2 * SECOND)

    shown = api.get(f"/v1/deliveries/{first['id']}").json()
    assert (shown["attempts"], shown["next_attempt_at"]) == (1, first["next_attempt_at"])
    assert [entry["is_resend"] for entry in shown["log"]] == [False, True]


@pytest.mark.usefixtures("owed")
def test_what_we_cut_short_is_still_to_be_sent_once_more(api: TestClient, process: Process) -> None:
    attempt(process, Replied(204, "", None, SECOND), limit=6)
    (first, *_) = listed(api)["items"]
    api.post(f"/v1/deliveries/{first['id']}/resend")

    attempt(process, Unanswered("stopped", SECOND), after=MINUTE)

    assert states_of(api, first["id"]) == [("due", 1)]
    attempt(process, Replied(500, "", None, SECOND), after=MINUTE)
    assert states_of(api, first["id"]) == [("delivered", 1)]


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize("change", ["disable", "delete"])
def test_nothing_is_sent_once_more_to_an_endpoint_that_is_shut(
    api: TestClient, change: str
) -> None:
    """And it says what to do."""
    (first, *_) = listed(api)["items"]
    if change == "disable":
        api.patch("/v1/webhooks/we_1", json={"state": "disabled"})
    else:
        api.delete("/v1/webhooks/we_1")

    answer = api.post(f"/v1/deliveries/{first['id']}/resend")

    assert answer.status_code == 409
    assert ("enable it" in answer.text) == (change == "disable")


def test_what_is_not_there_is_not_sent_once_more(api: TestClient) -> None:
    assert api.post("/v1/deliveries/dlv_none/resend").status_code == 404


@pytest.fixture
def endpoint(process: Process) -> None:
    """An endpoint to which nothing is owed."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, url=HOOK)


@pytest.mark.usefixtures("endpoint")
@pytest.mark.parametrize(("status", "state"), [(204, "delivered"), (500, "given_up")])
def test_a_ping_tells_what_came_of_it(
    api: TestClient, process: Process, status: int, state: str
) -> None:
    """Once, whatever that is."""
    sent: list[Settlement] = []

    def work() -> None:
        while not sent:
            now = utc_now()
            with process.database.writing() as session:
                for one in claim_due(session, now=now, lease=MINUTE, limit=1):
                    reply = Replied(status, "thanks", None, SECOND)
                    verdict = decide(reply, attempt=1, now=now, jitter=0, back=one.back)
                    done = Settlement(claim=one, reply=reply, verdict=verdict, at=now)
                    sent.extend(settle(session, [done], now=now))

    worker = Thread(target=work)
    worker.start()
    answer = api.post("/v1/webhooks/we_1/test")
    worker.join()

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["event_type"], shown["state"], shown["attempts"]) == ("test.ping", state, 0)
    assert [(one["status_code"], one["response"]) for one in shown["log"]] == [(status, "thanks")]
    body = json.loads(sent[0].claim.body)
    assert (body["id"], body["type"], body["data"]) == (
        shown["event_id"],
        "test.ping",
        {"webhook_id": "we_1"},
    )


@pytest.mark.usefixtures("endpoint")
def test_a_ping_that_nobody_sends_is_told_to_be_due(
    api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "PATIENCE", 0.3)

    answer = api.post("/v1/webhooks/we_1/test")

    assert (answer.status_code, answer.json()["state"], answer.json()["log"]) == (202, "due", [])


@pytest.mark.usefixtures("endpoint")
def test_what_is_disabled_is_not_pinged(api: TestClient) -> None:
    api.patch("/v1/webhooks/we_1", json={"state": "disabled"})

    assert api.post("/v1/webhooks/we_1/test").status_code == 409
    assert listed(api)["items"] == []
    assert api.post("/v1/webhooks/we_none/test").status_code == 404


def claimed(process: Process) -> list[Claim]:
    """Claim all that is due by NOW."""
    with process.database.writing() as session:
        return claim_due(session, now=NOW, lease=MINUTE, limit=10)


def end(process: Process, claims: list[Claim], reply: Reply) -> None:
    """Settle these attempts so."""
    with process.database.writing() as session:
        settle(
            session,
            [
                Settlement(
                    claim=one, reply=reply, at=NOW,
                    verdict=decide(reply, attempt=one.attempt, now=NOW, jitter=0, back=one.back),
                )
                for one in claims
            ],
            now=NOW,
        )  # fmt: skip


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize(("status", "after"), [(500, ("due", 1)), (204, ("delivered", 1))])
def test_what_is_asked_for_while_an_attempt_is_under_way_is_sent_after_it(
    api: TestClient, process: Process, status: int, after: tuple[str, int]
) -> None:
    """Unless that is taken; and then its schedule goes on as if nothing had been asked."""
    claims = claimed(process)
    (first, *_) = listed(api)["items"]
    assert api.post(f"/v1/deliveries/{first['id']}/resend").status_code == 202

    end(process, claims, Replied(status, "", None, SECOND))

    assert states_of(api, first["id"]) == [after]
    again = claimed(process)
    assert len(again) == (status == 500)
    if again:
        end(process, again, Replied(500, "", None, SECOND))
        shown = api.get(f"/v1/deliveries/{first['id']}").json()
        assert (shown["attempts"], shown["next_attempt_at"]) == (1, "2026-11-22T12:00:05Z")


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize("shut", [{"state": EndpointState.DISABLED}, {"deleted_at": NOW}])
def test_what_was_delivered_stays_so_when_its_endpoint_is_shut_before_it_is_sent_once_more(
    api: TestClient, process: Process, shut: dict[str, Any]
) -> None:
    end(process, claimed(process), Replied(204, "", None, SECOND))
    (first, *_) = listed(api)["items"]
    api.post(f"/v1/deliveries/{first['id']}/resend")
    with process.database.writing() as session:
        session.execute(update(Endpoint).values(**shut))
        park(session, now=NOW, lease=MINUTE)

    assert states_of(api, first["id"]) == [("delivered", 1)]
