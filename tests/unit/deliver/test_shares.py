"""Who has a share of the room alone takes no more than that, and gives it back."""

from dataclasses import replace
from typing import Any

import pytest

from app.deliver.claim import Left
from app.deliver.gather import Claim
from app.deliver.shares import Shares
from tests.posting import CLAIM

LEASE = 45.0  # seconds


def claims(count: int, **fields: Any) -> list[Claim]:
    """Make so many claims."""
    return [replace(CLAIM, delivery_id=number, **fields) for number in range(count)]


def test_what_is_taken_is_not_left_until_it_is_given_back() -> None:
    shares = Shares(100, lease=LEASE)
    own, failing = claims(20, endpoint_id=None), claims(30, is_failing=True)

    shares.take(own + failing + claims(9))
    assert shares.left() == Left(tries=0, owns=30)

    shares.give_back([*own, *claims(9)])
    assert shares.left() == Left(tries=0, owns=50)


def test_the_smallest_room_has_one_for_each() -> None:
    assert Shares(1, lease=LEASE).left() == Left(tries=1, owns=1)


def test_a_claim_that_is_never_settled_is_given_back_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When its lease has ended."""
    shares = Shares(4, lease=LEASE)
    monkeypatch.setattr("app.deliver.shares.monotonic", lambda: 0.0)
    shares.take(claims(2, endpoint_id=None))
    assert shares.left().owns == 0

    monkeypatch.setattr("app.deliver.shares.monotonic", lambda: LEASE)
    assert shares.left().owns == 2
