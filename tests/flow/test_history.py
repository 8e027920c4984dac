"""The history is paged without a skip or a repeat, and tells the whole story."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.db.session import Database
from app.history.queries import cursor_of, find_task, list_tasks
from app.history.timeline import timeline
from app.history.wanted import Wanted
from app.outbox.models import Attempt, Delivery
from app.outbox.states import DeliveryState
from app.poll.record import record
from app.process.process import Process
from app.schedule.backoff import Fixed
from app.tasks.status import Status
from tests.build import (
    CLIENT,
    MINUTE,
    NOW,
    SECOND,
    claim_polls,
    completed,
    make_account,
    make_endpoint,
    make_task,
    unfinished,
)

ALL = Wanted(client=CLIENT)


def pages(database: Database, wanted: Wanted, *, limit: int) -> list[list[str]]:
    """Read page after page, a new task arriving before each."""
    found: list[list[str]] = []
    after = None
    while not found or found[-1]:
        with database.writing() as session:
            make_task(session, f"late_{len(found)}", created_at=NOW + MINUTE, model="late")
            rows = list_tasks(session, wanted, after=after, limit=limit)
        found.append([task.upstream_id for task, _ in rows])
        if rows:
            after = cursor_of(rows[-1][0], wanted)
    return found


def test_pages_neither_skip_nor_repeat_while_tasks_arrive(database: Database) -> None:
    """Also where several were created at the same instant."""
    with database.writing() as session:
        for number in range(5):
            make_task(session, f"img_{number}", created_at=NOW + (number // 2) * SECOND)

    seen = [upstream_id for page in pages(database, ALL, limit=2) for upstream_id in page]

    assert seen == ["late_0", "img_4", "img_3", "img_2", "img_1", "img_0"]


def test_pages_of_several_statuses_go_by_time_alone(database: Database) -> None:
    """And neither skip nor repeat."""
    with database.writing() as session:
        for number in range(6):
            status = Status.PROCESSING if number % 2 else Status.PENDING
            make_task(session, f"img_{number}", created_at=NOW + number * SECOND, status=status)
    both = replace(ALL, status=(Status.PENDING, Status.PROCESSING), model="flux-pro")

    assert pages(database, both, limit=4) == [
        ["img_5", "img_4", "img_3", "img_2"],
        ["img_1", "img_0"],
        [],
    ]


def test_the_oldest_come_first_if_asked_for(database: Database) -> None:
    """Then what arrives comes last."""
    with database.writing() as session:
        for number in range(3):
            make_task(session, f"img_{number}", created_at=NOW + number * SECOND)
    oldest_first = replace(ALL, oldest_first=True, model="flux-pro")

    assert pages(database, oldest_first, limit=2) == [["img_0", "img_1"], ["img_2"], []]


@pytest.mark.parametrize("oldest_first", [False, True])
def test_pages_that_go_by_the_end_stay_within_its_times(
    database: Database, *, oldest_first: bool
) -> None:
    """Also where several ended at the same instant; what goes on has no end, and is not among them."""
    with database.writing() as session:
        for number in range(7):
            at = NOW + (number // 2) * SECOND
            make_task(session, f"img_{number}", status=Status.FAILED, finished_at=at)
    wanted = replace(
        ALL,
        finished_after=NOW + SECOND,
        finished_before=NOW + 3 * SECOND,
        oldest_first=oldest_first,
    )

    found = pages(database, wanted, limit=3)

    newest_first = [["img_5", "img_4", "img_3"], ["img_2"], []]
    assert found == ([["img_2", "img_3", "img_4"], ["img_5"], []] if oldest_first else newest_first)


def test_another_client_sees_nothing(database: Database) -> None:
    """Not even that there is something."""
    with database.writing() as session:
        make_task(session)

    assert listed(database, replace(ALL, client=2)) == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": (Status.FAILED,)}, ["b"]),
        ({"status": (Status.PENDING, Status.FAILED)}, ["c", "b"]),
        ({"model": "flux-dev"}, ["b"]),
        ({"account": "second"}, ["c"]),
        ({"kind": "video"}, ["a"]),
        ({"created_after": NOW + SECOND}, ["c", "b"]),
        ({"created_before": NOW + SECOND}, ["a"]),
        ({"created_after": NOW, "created_before": NOW + SECOND}, ["a"]),
        ({"finished_after": NOW + MINUTE}, ["a", "b"]),
        ({"finished_after": NOW + MINUTE, "oldest_first": True}, ["b", "a"]),
        ({"finished_before": NOW + 2 * MINUTE}, ["b"]),
        ({"finished_after": NOW, "model": "flux-pro", "status": (Status.COMPLETED,)}, ["a"]),
        ({"model": "flux-dev", "kind": "video"}, []),
    ],
)
def test_each_filter_takes_away(
    process: Process, filters: dict[str, Any], found: list[str]
) -> None:
    """From a time on is at it too, and before it is not at it; what goes by the end does so in order."""
    with process.database.writing() as session:
        make_account(session, process.cipher, "second")
        make_task(session, "a", kind="video", status=Status.COMPLETED, finished_at=NOW + 2 * MINUTE)
        make_task(
            session, "b", model="flux-dev", status=Status.FAILED, created_at=NOW + SECOND,
            finished_at=NOW + MINUTE,
        )  # fmt: skip
        make_task(session, "c", account="second", created_at=NOW + 2 * SECOND)

    assert listed(process.database, replace(ALL, **filters)) == found


def listed(database: Database, wanted: Wanted) -> list[str]:
    """Read the first page."""
    with database.reading() as session:
        rows = list_tasks(session, wanted, after=None, limit=9)
        return [task.upstream_id for task, _ in rows]


def test_the_timeline_tells_runs_of_looks_and_every_attempt_to_tell(process: Process) -> None:
    """Oldest first."""
    with process.database.writing() as session:
        make_task(session, webhook_url="http://127.0.0.1:9/hook")
        (claim,) = claim_polls(session, now=NOW, lease=MINUTE, limit=1)
        record(session, [unfinished(claim, NOW + SECOND, sight="pending", due_at=NOW)], now=NOW)
        (claim,) = claim_polls(session, now=NOW, lease=MINUTE, limit=1)
        record(session, [completed(claim, at=NOW + 4 * SECOND)], now=NOW + 4 * SECOND)
        session.execute(
            insert(Attempt).values(
                delivery_id=select(Delivery.id).scalar_subquery(),
                token=1,
                number=1,
                at=NOW + timedelta(seconds=5),
                milliseconds=3,
                status_code=204,
            )
        )
        story = timeline(session, find_task(session, CLIENT, "img_1"), Fixed(floor=3 * SECOND))

    assert [(entry.what, entry.polls, entry.status_code) for entry in story] == [
        ("registered", 0, None),
        ("pending", 1, None),
        ("completed", 1, None),
        ("delivery attempt", None, 204),
        ("next delivery attempt", None, None),
    ]


def test_the_timeline_says_what_is_still_to_be_told_and_what_keeps_it(process: Process) -> None:
    """What was taken, or given up, is not among it."""
    with process.database.writing() as session:
        endpoints = [
            make_endpoint(session, process.cipher, public_id=name, url=f"http://127.0.0.1:9/{name}")
            for name in ("due", "held", "taken")
        ]
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
        record(session, [completed(claim)], now=NOW + MINUTE)
        endpoints[1].disabled_reason = "410"
        due, held, taken = session.scalars(select(Delivery).order_by(Delivery.endpoint_id))
        due.attempts, due.due_at = 2, NOW + 5 * MINUTE
        held.state, taken.state = DeliveryState.HELD, DeliveryState.DELIVERED
        session.flush()

        story = timeline(session, find_task(session, CLIENT, "img_1"), Fixed(floor=3 * SECOND))

    assert [(e.what, e.url, e.attempt, e.why, e.delivery) for e in story[-2:]] == [
        ("delivery held", "http://127.0.0.1:9/held", None, "410", held.public_id),
        ("next delivery attempt", "http://127.0.0.1:9/due", 3, None, due.public_id),
    ]
    assert "delivery" not in story[-3].what
