"""The report counts within bounds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.simulator.report.counts import Arrival
from app.simulator.report.report import Report
from app.simulator.report.traffic import KEPT, Traffic
from app.simulator.report.waits import Waits

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def shown(report: Report) -> dict[str, Any]:
    """Show all of it."""
    return report.shown(only=(), limit=1000, seconds=60)


def poll(task_id: str) -> Arrival:
    """Ask for a task."""
    return Arrival(key="sk-a", task_id=task_id, polling=True)


def test_beyond_its_bound_the_oldest_task_is_forgotten() -> None:
    """And that it was is told."""
    report = Report(since=NOW, tasks=2)
    for name in ("a", "b", "a", "c"):
        report.arrive(poll(name), now=NOW).leave()

    told = shown(report)
    assert [row["task_id"] for row in told["tasks"]] == ["c", "b"]
    assert (told["tasks_counted"], told["tasks_forgotten"]) == (2, 1)
    assert told["totals"]["polls"] == 4


def test_requests_under_way_at_once_are_counted_at_their_most() -> None:
    """Two at once and then one after the other are two at once."""
    report = Report(since=NOW)
    first, second = report.arrive(poll("a"), now=NOW), report.arrive(poll("a"), now=NOW)
    first.leave()
    second.leave()
    third = report.arrive(poll("a"), now=NOW)

    (row,) = shown(report)["tasks"]
    third.leave()
    assert (row["most_at_once"], row["under_way"]) == (2, 1)


def test_what_nobody_settled_was_refused() -> None:
    """Settled or not, a request leaves once."""
    report = Report(since=NOW)
    report.arrive(poll("a"), now=NOW).leave()
    answered = report.arrive(poll("a"), now=NOW)
    answered.answered(now=NOW)
    answered.leave()

    totals = shown(report)["totals"]
    assert (totals["refused"], totals["answered"]) == (1, 1)


def test_the_first_answer_that_told_the_end_is_kept() -> None:
    """With the end as it was then; later answers change neither."""
    report = Report(since=NOW)
    for second in (1, 2):
        now = NOW + second * SECOND
        arrival = Arrival(key="sk-a", task_id="a", ends_at=NOW + second * SECOND, polling=True)
        visit = report.arrive(arrival, now=now)
        visit.answered(now=now, ended=True)
        visit.leave()

    (row,) = shown(report)["tasks"]
    assert (row["ends_at"], row["end_served_at"]) == (NOW + SECOND, NOW + SECOND)


def test_the_busiest_ten_seconds_are_found_wherever_they_begin() -> None:
    """Five at 11 s and five at 20 s are ten within them; five more at 21.1 s are too late."""
    traffic = Traffic()
    for second in (0, 11, 20, 21.1):
        for _ in range(5):
            traffic.count(NOW + second * SECOND)

    assert traffic.busiest == 10
    assert traffic.busiest_until == NOW + 20 * SECOND


def test_traffic_of_long_ago_is_dropped() -> None:
    """So that memory has a bound."""
    traffic = Traffic()
    for second in range(KEPT + 5):
        traffic.count(NOW + second * SECOND)

    kept = traffic.latest(KEPT + 5)
    assert (len(kept), kept[0]) == (KEPT, [int(NOW.timestamp()) + 5, 1])


def test_a_clock_that_is_set_back_loses_no_request() -> None:
    """It counts where it was."""
    traffic = Traffic()
    traffic.count(NOW)
    traffic.count(NOW - SECOND)

    assert traffic.latest(60) == [[int(NOW.timestamp()), 2]]
    assert traffic.busiest == 2


def test_a_wait_holds_until_it_is_over_and_for_who_was_told() -> None:
    """A shorter one told later does not end it."""
    waits = Waits(bound=10)
    waits.tell("a", until=NOW + 5 * SECOND)
    waits.tell("a", until=NOW + SECOND)

    assert waits.is_too_soon("a", now=NOW + 4.9 * SECOND)
    assert not waits.is_too_soon("a", now=NOW + 5 * SECOND)
    assert not waits.is_too_soon("b", now=NOW)
    assert not waits.is_too_soon(None, now=NOW)


def test_beyond_their_bound_the_oldest_wait_is_forgotten() -> None:
    """So that memory has a bound."""
    waits = Waits(bound=1)
    waits.tell("a", until=NOW + SECOND)
    waits.tell("b", until=NOW + SECOND)

    assert not waits.is_too_soon("a", now=NOW)
    assert waits.is_too_soon("b", now=NOW)
