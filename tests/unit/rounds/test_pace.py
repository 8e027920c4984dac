"""Claiming is paced by what is due and by what claiming costs."""

import pytest

from app.rounds.pace import BUSY, LONGEST, SHORTEST, Pace


@pytest.mark.parametrize(
    ("took", "more", "is_busy", "pause"),
    [
        (0.0, False, False, 0.1),
        (0.0, False, True, 0.1),
        (0.02, False, False, 0.08),  # From claim to claim it is the cadence.
        (0.03, False, False, 0.09),  # But three quarters of the time are free of it.
        (0.02, True, False, SHORTEST - 0.02),
        (0.07, True, False, 0.07),  # And half, where there is a backlog.
        (0.02, True, True, BUSY - 0.02),  # Which can wait while all who ask are busy.
        (0.12, True, True, 0.12),
        (3.0, True, True, LONGEST),  # Or a budget would ripen and be lost.
        (3.0, False, False, LONGEST),
    ],
)
def test_the_pause_between_two_claims(took: float, more: bool, is_busy: bool, pause: float) -> None:
    assert Pace(0.1).pause(took, more=more, is_busy=is_busy) == pytest.approx(pause)


def test_a_cadence_that_was_chosen_longer_is_kept() -> None:
    assert Pace(2.0).pause(0.5, more=False) == 1.5


@pytest.mark.parametrize(("is_busy", "more"), [(True, True), (False, True), (False, False)])
def test_where_nothing_waits_in_line_the_busy_are_given_more_as_soon(
    is_busy: bool, more: bool
) -> None:
    pace = Pace(0.03, busy=0.03)

    assert pace.pause(0.01, more=more, is_busy=is_busy) == pytest.approx(0.03 if not more else 0.02)
