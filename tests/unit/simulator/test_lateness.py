"""A share of the tasks is late, and their ids decide which."""

from datetime import UTC, datetime, timedelta

import pytest

from app.simulator.lifecycle import Outcome, SimulatedTask
from app.simulator.moods.lateness import ends_at, lateness
from app.simulator.moods.moods import Moods

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
IDS = [f"ldtask_{number:032x}" for number in range(4000)]


@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_the_share_that_is_late_is_as_asked(share: float) -> None:
    """By as much as asked."""
    late = [lateness(Moods(late=share, late_by=7), one) for one in IDS]

    assert late.count(timedelta(seconds=7)) / len(IDS) == pytest.approx(share, abs=0.03)
    assert late.count(timedelta()) + late.count(timedelta(seconds=7)) == len(IDS)


def test_who_is_late_stays_late_when_more_are() -> None:
    """A larger share adds to a smaller one."""
    some = {one for one in IDS if lateness(Moods(late=0.2), one)}
    more = {one for one in IDS if lateness(Moods(late=0.4), one)}

    assert some < more


@pytest.mark.parametrize(
    ("outcome", "end"),
    [(Outcome.FAILED, NOW + timedelta(seconds=15)), (Outcome.ENDLESS, None)],
)
def test_a_task_ends_after_its_duration_and_lateness(
    outcome: Outcome, end: datetime | None
) -> None:
    """Or never."""
    task = SimulatedTask(
        model="flux-pro", images=1, created=NOW, duration=timedelta(seconds=10),
        outcome=outcome, salt=0,
    )  # fmt: skip

    assert ends_at(task, late_by=timedelta(seconds=5)) == end
