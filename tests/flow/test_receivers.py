"""What a receiver answers decides, over a real connection, where its delivery stands."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from app.clock import utc_now
from app.deliver.reply import Replied, Reply
from app.outbox.states import DeliveryState
from tests.build import MINUTE, SECOND
from tests.posting import judged, send
from tests.rude import Rude, answer, rude

DAY = timedelta(days=1)
FIRST = 5 * SECOND  # The wait after a first attempt.


def sent(status: bytes, *headers: bytes) -> tuple[Reply, Rude]:
    """Send to a receiver that answers so, without a body."""
    head = b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"Content-Length: 0", b"", b""])
    with rude(answer(head)) as server:
        return send(server.url), server


@pytest.mark.parametrize("status", [b"200 OK", b"201 Created", b"202 Accepted", b"204 No Content"])
def test_a_2xx_is_delivered_with_one_post(status: bytes) -> None:
    """Whichever it is."""
    reply, server = sent(status)

    assert judged(reply)[0] is DeliveryState.DELIVERED
    assert [head.split(b" ")[0] for head in server.heads] == [b"POST"]


@pytest.mark.parametrize(
    "status", [b"301 Moved", b"302 Found", b"303 See", b"307 Again", b"308 So"]
)
def test_a_redirect_is_a_failure_and_where_it_leads_nothing_comes(status: bytes) -> None:
    """Not with this connection, nor with another."""
    with rude(answer(b"HTTP/1.1 204 No Content\r\n\r\n")) as elsewhere:
        reply, server = sent(status, f"Location: {elsewhere.url}".encode())

        assert judged(reply) == (DeliveryState.DUE, FIRST)
        assert (len(server.heads), elsewhere.callers) == (1, [])


@pytest.mark.parametrize("location", [b"http://[::", b"https://a:b:c/", b"//", b"\xff\xfe", b""])
def test_a_redirect_to_nowhere_is_a_failure_as_any_other(location: bytes) -> None:
    """Nothing needs to be made of it."""
    reply, _ = sent(b"302 Found", b"Location: " + location)

    assert judged(reply) == (DeliveryState.DUE, FIRST)


@pytest.mark.parametrize(
    ("is_own", "state"), [(False, DeliveryState.HELD), (True, DeliveryState.GIVEN_UP)]
)
def test_who_is_gone_is_sent_nothing_more(is_own: bool, state: DeliveryState) -> None:
    """An endpoint may be enabled again; a task's own URL may not."""
    reply, _ = sent(b"410 Gone", b"Retry-After: 120")

    assert judged(reply, is_own=is_own) == (state, timedelta())


@pytest.mark.parametrize(
    ("status", "wait"),
    [
        (b"400 Bad Request", FIRST),
        (b"404 Not Found", FIRST),
        (b"429 Too Many Requests", MINUTE),
        (b"500 Internal Server Error", FIRST),
        (b"502 Bad Gateway", MINUTE),
        (b"503 Service Unavailable", FIRST),
        (b"504 Gateway Timeout", MINUTE),
        (b"999 No Such Thing", FIRST),
    ],
)
def test_any_other_status_is_tried_again_and_not_too_soon(status: bytes, wait: timedelta) -> None:
    """Who is overloaded is left alone for a minute."""
    reply, _ = sent(status)

    assert judged(reply) == (DeliveryState.DUE, wait)


@pytest.mark.parametrize(
    ("asked", "at_429", "at_503"),
    [
        pytest.param(b"0", MINUTE, FIRST, id="none"),
        pytest.param(b"7", MINUTE, 7 * SECOND, id="less than a minute"),
        pytest.param(b"120", 2 * MINUTE, 2 * MINUTE, id="seconds"),
        pytest.param(b"  120  ", 2 * MINUTE, 2 * MINUTE, id="spaces around"),
        pytest.param(b"86401", DAY, DAY, id="more than a day"),
        pytest.param(b"1" + b"0" * 30, DAY, DAY, id="10**30"),
        pytest.param(b"9" * 20_000, DAY, DAY, id="10**20000"),
        pytest.param(b"Fri, 31 Dec 9999 23:59:59 GMT", DAY, DAY, id="the last date"),
        pytest.param(b"Wed, 21 Oct 2015 07:28:00 GMT", MINUTE, FIRST, id="the past"),
        pytest.param(b"Mon, 01 Jan 0001 00:00:00 +2359", MINUTE, FIRST, id="before all dates"),
        pytest.param(b"Fri, 31 Dec 9999 23:59:59 -2359", MINUTE, FIRST, id="after all dates"),
        pytest.param(b"-5", MINUTE, FIRST, id="negative"),
        pytest.param(b"1e9", MINUTE, FIRST, id="an exponent"),
        pytest.param(b"soon", MINUTE, FIRST, id="a word"),
        pytest.param(b"", MINUTE, FIRST, id="empty"),
        pytest.param(b"\xb2", MINUTE, FIRST, id="a digit that is no decimal"),
        pytest.param(b"\xff\xfe", MINUTE, FIRST, id="no text"),
    ],
)
def test_retry_after_is_obeyed_up_to_a_day_and_rubbish_is_not(
    asked: bytes, at_429: timedelta, at_503: timedelta
) -> None:
    """Either status may ask for patience; no other may."""
    waits = [
        judged(sent(status, b"Retry-After: " + asked)[0])
        for status in (b"429 Slow Down", b"503 Away", b"500 Broken")
    ]

    assert waits == [(DeliveryState.DUE, wait) for wait in (at_429, at_503, FIRST)]


@pytest.mark.parametrize("status", [b"429 Slow Down", b"503 Away"])
def test_a_date_is_waited_for(status: bytes) -> None:
    """It is an HTTP date of an hour from now, which counts in whole seconds."""
    at = format_datetime(utc_now() + 60 * MINUTE, usegmt=True)

    reply, _ = sent(status, f"Retry-After: {at}".encode())

    state, wait = judged(reply)
    assert state is DeliveryState.DUE
    assert 59 * MINUTE < wait <= 60 * MINUTE


def test_retry_after_said_twice_says_nothing() -> None:
    """Which of them would be meant?"""
    reply, _ = sent(b"503 Away", b"Retry-After: 20", b"Retry-After: 30")

    assert isinstance(reply, Replied)
    assert judged(reply) == (DeliveryState.DUE, FIRST)
