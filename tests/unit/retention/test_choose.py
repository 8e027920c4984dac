"""What is old may go once nothing of it is owed to anybody, and nobody looks at it."""

import pytest

from app.outbox.states import DeliveryState
from app.retention.choose import Kept, Old, Sent, Told, kept_for
from tests.build import NOW

DELIVERED = Sent(1, DeliveryState.DELIVERED, is_wanted=False)


def make_old(*deliveries: Sent, is_watched: bool = False) -> Old:
    """Make a task with two events, the second of which has these deliveries."""
    first = Told(1, 1, 1, "evt_1", (DELIVERED,))
    return Old(
        task_id=1, created_at=NOW, labels=frozenset(), is_watched=is_watched,
        events=(first, first._replace(deliveries=deliveries)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (DeliveryState.DUE, Kept.UNDELIVERED),
        (DeliveryState.HELD, Kept.UNDELIVERED),
        (DeliveryState.DELIVERED, None),
        (DeliveryState.GIVEN_UP, None),
    ],
)
def test_what_is_still_to_be_sent_is_kept(state: DeliveryState, why: Kept | None) -> None:
    """One of several is enough."""
    one = Sent(2, state, is_wanted=False)

    assert kept_for(make_old(DELIVERED, one)) is why


def test_what_a_recovery_is_to_send_again_is_kept() -> None:
    wanted = Sent(2, DeliveryState.GIVEN_UP, is_wanted=True)

    assert kept_for(make_old(wanted)) is Kept.RECOVERING


def test_a_task_that_is_still_looked_at_is_kept() -> None:
    assert kept_for(make_old(DELIVERED, is_watched=True)) is Kept.WATCHED


def test_what_nobody_was_told_of_may_go() -> None:
    assert kept_for(make_old()) is None
    assert kept_for(make_old()._replace(events=())) is None
