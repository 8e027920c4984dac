"""What is old stays while it is owed to anybody, or looked at."""

from datetime import timedelta

import pytest

from app.outbox.models import Recovery
from app.outbox.states import DeliveryState, RecoveryState
from app.process.process import Process
from app.retention.choose import Kept
from app.retention.sweep import Pruned
from tests.build import (
    MINUTE,
    NOW,
    make_task,
)
from tests.pruning import counts, ended, has_endpoint, names, prune, timed_out

OWN = "https://1.1.1.1/own"


def test_what_has_not_ended_stays_however_old(process: Process) -> None:
    with process.database.writing() as session:
        make_task(session)

    assert prune(process.database, before=NOW + timedelta(days=900)) == Pruned()
    assert names(process.database) == ["img_1"]


@pytest.mark.parametrize("state", [DeliveryState.DUE, DeliveryState.HELD])
def test_what_is_still_to_be_sent_stays(process: Process, state: DeliveryState) -> None:
    """Each event of its task, and the task: it is shown in the API, and its URL may be where it goes."""
    has_endpoint(process)
    ended(process, "img_1", state=state)
    before = counts(process.database)

    assert prune(process.database).kept == {Kept.UNDELIVERED: 1}
    assert counts(process.database) == before


def test_what_was_given_up_goes(process: Process) -> None:
    has_endpoint(process)
    ended(process, "img_1", state=DeliveryState.GIVEN_UP)

    assert prune(process.database).deliveries == 1


def recovering(process: Process, endpoint_id: int, **fields: object) -> None:
    """Have a recovery of what was given up in the last hour."""
    known = {
        "public_id": "rec_1", "endpoint_id": endpoint_id, "since": NOW - 60 * MINUTE,
        "until": NOW + 60 * MINUTE, "states": ["given_up"], "types": None, "total": 1, "done": 0,
        "state": RecoveryState.RUNNING, "last_id": 0, "created_at": NOW,
    }  # fmt: skip
    with process.database.writing() as session:
        session.add(Recovery(**(known | fields)))


def test_what_a_recovery_is_still_to_come_to_stays(process: Process) -> None:
    has_endpoint(process, public_id="we_other")
    endpoint_id = has_endpoint(process)
    ended(process, "img_1", state=DeliveryState.GIVEN_UP)
    recovering(process, endpoint_id)

    assert prune(process.database).kept == {Kept.RECOVERING: 1}
    assert names(process.database) == ["img_1"]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": RecoveryState.COMPLETED},
        {"states": ["delivered"]},
        {"types": ["task.failed"]},
        {"since": NOW + 30 * MINUTE},
        {"last_id": 1000},
    ],
    ids=["over", "of another state", "of another type", "of another time", "past it"],
)
def test_what_a_recovery_is_not_about_goes(process: Process, fields: dict[str, object]) -> None:
    endpoint_id = has_endpoint(process)
    ended(process, "img_1", state=DeliveryState.GIVEN_UP)
    recovering(process, endpoint_id, **fields)

    assert prune(process.database).tasks == 1


def test_a_task_that_is_looked_at_late_stays(process: Process) -> None:
    timed_out(process, is_watched=True)

    assert prune(process.database).kept == {Kept.WATCHED: 1}
    assert names(process.database) == ["img_1"]
