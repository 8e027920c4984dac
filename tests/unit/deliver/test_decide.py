"""What each reply means for a delivery, and when it is tried again."""

from datetime import timedelta

import pytest

from app.deliver.decide import SCHEDULE, Verdict, decide
from app.deliver.reply import Barred, Replied, Reply, Unanswered
from app.outbox.states import DeliveryState, Fault
from tests.build import MINUTE, NOW, SECOND

HOUR = 60 * MINUTE
LAST = 10
BARRED = Barred("10.0.0.1 is not a public address")


def replied(status: int) -> Replied:
    return Replied(status, "", None, SECOND)


def unanswered(why: str) -> Unanswered:
    return Unanswered(why, SECOND)


def wait(reply: Reply, *, attempt: int = 1, jitter: float = 0) -> timedelta:
    verdict = decide(reply, attempt=attempt, now=NOW, jitter=jitter)
    assert verdict.state is DeliveryState.DUE
    return verdict.due_at - NOW


@pytest.mark.parametrize("attempt", [1, LAST])
@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_success(status: int, attempt: int) -> None:
    verdict = decide(replied(status), attempt=attempt, now=NOW, jitter=0)

    assert verdict == Verdict(DeliveryState.DELIVERED, NOW)


FAILURES: list[Reply] = [
    *(replied(status) for status in (100, 199, 300, 301, 302, 307, 400, 401, 404, 429, 500, 503)),
    *(unanswered(why) for why in Fault),
]


@pytest.mark.parametrize("reply", FAILURES, ids=str)
def test_nothing_but_2xx_is_and_a_redirect_is_a_failure_too(reply: Reply) -> None:
    assert wait(reply) >= SCHEDULE[0]


@pytest.mark.parametrize("reply", FAILURES, ids=str)
def test_the_tenth_failure_is_the_last(reply: Reply) -> None:
    verdict = decide(reply, attempt=LAST, now=NOW, jitter=0)

    assert verdict == Verdict(DeliveryState.GIVEN_UP, NOW)


@pytest.mark.parametrize("attempt", [1, 5, LAST])
def test_who_is_gone_is_sent_nothing_more(attempt: int) -> None:
    """What an endpoint is owed is held; a task's own URL nobody could enable again."""
    held, given_up = (
        decide(replied(410), attempt=attempt, now=NOW, jitter=0, is_own=is_own)
        for is_own in (False, True)
    )

    assert held == Verdict(DeliveryState.HELD, NOW)
    assert given_up == Verdict(DeliveryState.GIVEN_UP, NOW)


@pytest.mark.parametrize("attempt", [1, 5, LAST])
def test_a_place_that_is_barred_is_given_up_at_once(attempt: int) -> None:
    verdict = decide(BARRED, attempt=attempt, now=NOW, jitter=0)

    assert verdict == Verdict(DeliveryState.GIVEN_UP, NOW)


def test_ten_attempts_are_made_within_75_hours_and_35_minutes() -> None:
    waits = [wait(replied(500), attempt=attempt) for attempt in range(1, LAST)]

    assert waits == [
        5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR,
        24 * HOUR,
    ]  # fmt: skip
    assert sum(waits, timedelta()) == 75 * HOUR + 35 * MINUTE + 5 * SECOND


@pytest.mark.parametrize(
    ("jitter", "seconds"), [(-1, 240), (-0.5, 270), (0, 300), (0.5, 330), (1, 360)]
)
def test_jitter_moves_an_attempt_by_up_to_a_fifth(jitter: float, seconds: int) -> None:
    assert wait(replied(500), attempt=2, jitter=jitter) == seconds * SECOND
