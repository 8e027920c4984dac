"""Claims look past what was claimed and moved, and now and then from the first on."""

from datetime import timedelta

from app.clock import EPOCH
from app.poll.front import SLACK, SWEEP, Front
from tests.build import NOW, SECOND

TICK = timedelta(milliseconds=100)


def test_at_first_all_is_looked_at_and_then_what_is_due_past_the_front() -> None:
    front = Front()

    first = front.since(NOW)
    front.move(NOW)

    assert first == EPOCH
    assert front.since(NOW + TICK) == NOW - SLACK


def test_after_a_while_all_is_looked_at_again() -> None:
    front = Front()
    front.since(NOW)
    front.move(NOW)

    looks = [front.since(NOW + n * TICK) for n in range(1, 25)]

    assert [n for n, since in enumerate(looks, 1) if since == EPOCH] == [10, 20]


def test_a_clock_that_jumped_sweeps_at_once() -> None:
    front = Front()
    front.since(NOW)
    front.move(NOW)

    assert front.since(NOW - 100 * SECOND) == EPOCH
    assert front.since(NOW + SWEEP) == EPOCH


def test_a_front_that_is_not_known_hides_nothing() -> None:
    front = Front()
    front.since(NOW)
    front.move(EPOCH)

    assert front.since(NOW + TICK) <= EPOCH
