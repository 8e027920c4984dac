"""Sending a webhook, over real HTTP, turns whatever happens into a reply."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from app.deliver.gather import Claim
from app.deliver.reply import Barred, Replied, Unanswered
from app.deliver.reply import Reply as Received
from app.deliver.send import MOST_KEPT
from app.endpoints.guard import Guard
from app.outbox.states import Fault
from tests.fakes import FakeServer, Reply, Request, serving
from tests.posting import CIPHER, CLAIM, SECRET, send


def sent(answer: Callable[[Request], Reply], claim: Claim = CLAIM) -> tuple[Received, FakeServer]:
    """Send to a server that answers so."""
    with serving(answer) as server:
        return send(f"{server.url}/hook?of=mine", claim=claim), server


def test_what_arrives_is_verified_unchanged_by_the_receivers_library() -> None:
    """The very bytes, under the event's id, at the very path."""
    reply, server = sent(lambda _: Reply(204))

    (request,) = server.requests
    assert isinstance(reply, Replied)
    assert (request.method, request.path) == ("POST", "/hook?of=mine")
    assert request.headers["host"] == server.url.removeprefix("http://")
    assert request.headers["webhook-id"] == "evt_1"
    assert request.headers["content-type"] == "application/json"
    assert Webhook(SECRET).verify(request.body, request.headers) == {"type": "task.completed"}


@pytest.mark.parametrize("status", [200, 204, 302, 410, 500])
def test_a_status_is_told_and_no_redirect_followed(status: int) -> None:
    """One POST, whatever the answer."""
    reply, server = sent(lambda _: Reply(status, b"", {"Location": "/elsewhere"}))

    assert isinstance(reply, Replied)
    assert (reply.status, len(server.requests)) == (status, 1)


def test_the_beginning_of_the_reply_is_kept_as_it_came() -> None:
    """However long it is, and packed or not."""
    reply, _ = sent(lambda _: Reply(500, b"x" * 1_000_000, {"Content-Encoding": "gzip"}))

    assert isinstance(reply, Replied)
    assert (reply.body, reply.is_truncated) == ("x" * MOST_KEPT, True)


@pytest.mark.parametrize(("size", "is_truncated"), [(MOST_KEPT, False), (MOST_KEPT + 1, True)])
def test_it_is_told_whether_more_was_answered(size: int, is_truncated: bool) -> None:
    reply, _ = sent(lambda _: Reply(500, b"x" * size, {}))

    assert isinstance(reply, Replied)
    assert reply.is_truncated is is_truncated


def test_retry_after_is_told() -> None:
    """In seconds or as a date."""
    reply, _ = sent(lambda _: Reply(429, b"", {"Retry-After": "7"}))

    assert isinstance(reply, Replied)
    assert reply.retry_after == timedelta(seconds=7)


def test_nobody_there_is_unanswered() -> None:
    """To be tried again."""
    with serving(lambda _: Reply()) as server:
        url = server.url

    reply = send(url)

    assert isinstance(reply, Unanswered)
    assert reply.why == Fault.UNREACHABLE


def test_a_host_of_several_addresses_is_reached_at_the_one_that_listens() -> None:
    """As localhost is ::1 and 127.0.0.1 on many machines."""
    with serving(lambda _: Reply(204)) as server:
        reply = send(server.url.replace("127.0.0.1", "localhost"))

    assert isinstance(reply, Replied)


def test_an_address_that_is_not_public_is_never_connected_to() -> None:
    """Also when the URL was good at creation and its name now leads elsewhere."""
    nowhere = Guard((), frozenset({443}))
    with serving(lambda _: Reply(204)) as server:
        reply = send(server.url, guard=nowhere)

        assert isinstance(reply, Barred)
        assert "not a public address" in reply.why
        assert server.requests == []


def test_headers_of_the_endpoint_s_own_are_sent_along() -> None:
    """With what tells of the attempt, and none of them instead of ours."""
    values = CIPHER.encrypt('["Bearer lemon"]')
    claim = replace(CLAIM, header_names=("Authorization",), header_values=values)

    _, server = sent(lambda _: Reply(204), claim)

    (request,) = server.requests
    assert request.headers["authorization"] == "Bearer lemon"
    assert request.headers["webhook-attempt"] == "1"
    assert request.headers["webhook-sequence"] == "7"
    assert request.headers["content-type"] == "application/json"
