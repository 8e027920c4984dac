"""The headers of an attempt say which it is, why, and whether it is the last."""

from dataclasses import replace

import pytest

from app.deliver.decide import SCHEDULE, Verdict
from app.deliver.gather import Claim
from app.deliver.telling import attempt_headers
from app.outbox.states import DeliveryState
from tests.build import NOW
from tests.posting import CLAIM

DUE, DELIVERED, GIVEN_UP = (
    Verdict(state, NOW)
    for state in (DeliveryState.DUE, DeliveryState.DELIVERED, DeliveryState.GIVEN_UP)
)
LAST = len(SCHEDULE) + 1


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (replace(CLAIM, attempt=1), ("1", "first", "false")),
        (replace(CLAIM, attempt=2), ("2", "retry", "false")),
        (replace(CLAIM, attempt=LAST - 1), (str(LAST - 1), "retry", "false")),
        (replace(CLAIM, attempt=LAST), (str(LAST), "retry", "true")),
        (replace(CLAIM, attempt=1, back=DUE), ("1", "resend", "false")),
        (replace(CLAIM, attempt=3, back=DUE), ("3", "resend", "false")),
        (replace(CLAIM, attempt=3, back=DELIVERED), ("3", "resend", "true")),
        (replace(CLAIM, attempt=1, back=GIVEN_UP), ("1", "first", "true")),
    ],
    ids=[
        "first",
        "second",
        "last but one",
        "last",
        "resent before the first",
        "resent",
        "resent once taken",
        "ping",
    ],
)
def test_an_attempt_says_which_it_is(claim: Claim, told: tuple[str, str, str]) -> None:
    headers = attempt_headers(claim)

    names = ("webhook-attempt", "webhook-reason", "webhook-final")
    assert tuple(headers[name] for name in names) == told


def test_what_an_endpoint_is_sent_is_numbered() -> None:
    headers = attempt_headers(replace(CLAIM, sequence=12, watermark=9))

    assert (headers["webhook-sequence"], headers["webhook-watermark"]) == ("12", "9")


def test_what_goes_to_a_task_s_own_url_is_not() -> None:
    """Nobody could tell whether one is missing there."""
    headers = attempt_headers(replace(CLAIM, sequence=None, watermark=None))

    assert "webhook-sequence" not in headers
    assert "webhook-watermark" not in headers
