"""A receiver that asks for patience, or is in trouble, is left alone for as long as it takes."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.deliver.decide import SCHEDULE, decide
from app.deliver.reply import Replied, Reply, Unanswered
from app.outbox.states import DeliveryState
from tests.build import MINUTE, NOW, SECOND

HOUR = 60 * MINUTE
LAST = 10


def replied(status: int, *, retry_after: timedelta | None = None) -> Replied:
    return Replied(status, "", retry_after, SECOND)


def wait(reply: Reply, *, attempt: int = 1, jitter: float = 0) -> timedelta:
    verdict = decide(reply, attempt=attempt, now=NOW, jitter=jitter)
    assert verdict.state is DeliveryState.DUE
    return verdict.due_at - NOW


@pytest.mark.parametrize(
    "reply",
    [replied(429), replied(502), replied(504), Unanswered("timeout", 15 * SECOND)],
    ids=["429", "502", "504", "timeout"],
)
def test_a_receiver_in_trouble_is_left_alone_for_a_minute(reply: Reply) -> None:
    assert wait(reply, jitter=-1) == MINUTE
    assert wait(reply, attempt=2) == 5 * MINUTE


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        pytest.param(90 * SECOND, 90 * SECOND, id="a while"),
        pytest.param(24 * HOUR, 24 * HOUR, id="a day"),
        pytest.param(25 * HOUR, 24 * HOUR, id="more than a day"),
        pytest.param(timedelta.max, 24 * HOUR, id="for ever"),
    ],
)
def test_retry_after_is_obeyed_up_to_a_day(
    status: int, asked: timedelta, waited: timedelta
) -> None:
    assert wait(replied(status, retry_after=asked), jitter=-1) == waited


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_retry_after_is_for_those_who_ask_for_patience(status: int) -> None:
    later = decide(replied(status, retry_after=HOUR), attempt=1, now=NOW, jitter=0)

    assert later == decide(replied(status), attempt=1, now=NOW, jitter=0)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([429, 503]),
    st.timedeltas(timedelta(), 24 * HOUR),
    st.integers(1, LAST - 1),
    st.floats(-1, 1),
)
def test_no_jitter_undercuts_retry_after(
    status: int, asked: timedelta, attempt: int, jitter: float
) -> None:
    waited = wait(replied(status, retry_after=asked), attempt=attempt, jitter=jitter)

    assert waited >= max(asked, SCHEDULE[attempt - 1] * 0.8)


def test_a_429_is_left_alone_for_a_minute_even_if_it_asks_for_less() -> None:
    reply = Replied(429, "", timedelta(seconds=5), timedelta())

    assert decide(reply, attempt=1, now=NOW, jitter=0).due_at == NOW + timedelta(seconds=60)
