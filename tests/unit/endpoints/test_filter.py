"""An endpoint is told what it named; a wildcard means the ends of tasks."""

import pytest

from app.endpoints.filter import ENDS, KNOWN, PROCESSING, wants

ENDED = [
    "task.completed", "task.failed", "task.not_found", "task.cancelled", "task.timed_out",
]  # fmt: skip


def test_every_way_for_a_task_to_end_is_an_event() -> None:
    assert set(ENDED) == ENDS


@pytest.mark.parametrize("wildcard", ["*", "task.*"])
@pytest.mark.parametrize("event_type", ENDED)
def test_a_wildcard_matches_every_end(wildcard: str, event_type: str) -> None:
    assert wants([wildcard], event_type)


@pytest.mark.parametrize("events", [["*"], ["task.*"], ["*", "task.*", "task.completed"]])
def test_a_wildcard_does_not_match_processing(events: list[str]) -> None:
    assert not wants(events, PROCESSING)


def test_processing_must_be_named() -> None:
    assert wants(["*", PROCESSING], PROCESSING)


@pytest.mark.parametrize("event_type", sorted([*ENDED, PROCESSING]))
def test_a_name_matches_itself_and_no_other(event_type: str) -> None:
    matched = {name for name in [*ENDED, PROCESSING] if wants([event_type], name)}

    assert matched == {event_type}
    assert event_type in KNOWN


@pytest.mark.parametrize("event_type", [*ENDED, PROCESSING])
def test_an_empty_filter_matches_nothing(event_type: str) -> None:
    assert not wants([], event_type)


@pytest.mark.parametrize("event_type", ["webhook.failing", "webhook.disabled", "webhook.recovered"])
def test_what_the_operator_is_told_of_endpoints_is_asked_for_by_itself(event_type: str) -> None:
    assert wants([event_type], event_type)
    assert wants(["webhook.*"], event_type)
    assert not wants(["*", "task.*", "account.*"], event_type)
    assert not wants(["webhook.*"], "account.broken")
