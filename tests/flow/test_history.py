"""The history is paged without a skip or a repeat, and tells the whole story."""

from datetime import timedelta

from sqlalchemy import insert, select

from app.db.session import Database
from app.history.cursor import Cursor
from app.history.queries import find_task, list_tasks
from app.history.timeline import timeline
from app.outbox.models import Attempt, Delivery
from app.poll.record import record
from app.process.process import Process
from app.schedule.backoff import Fixed
from app.tasks.status import Status
from tests.build import CLIENT, MINUTE, NOW, SECOND, claim_polls, completed, make_task, unfinished


def pages(database: Database, *, limit: int, oldest_first: bool = False) -> list[list[str]]:
    """Read page after page, a new task arriving before each."""
    found: list[list[str]] = []
    after = None
    while not found or found[-1]:
        with database.writing() as session:
            make_task(session, f"late_{len(found)}", registered_at=NOW + MINUTE)
            rows = list_tasks(
                session,
                CLIENT,
                status=[],
                equal={},
                after=after,
                limit=limit,
                oldest_first=oldest_first,
            )
        found.append([task.upstream_id for task, _ in rows])
        if rows:
            after = Cursor(rows[-1][0].registered_at, rows[-1][0].id)
    return found


def test_pages_neither_skip_nor_repeat_while_tasks_arrive(database: Database) -> None:
    """Also where several were registered at the same instant."""
    with database.writing() as session:
        for number in range(5):
            make_task(session, f"img_{number}", registered_at=NOW + (number // 2) * SECOND)

    seen = [upstream_id for page in pages(database, limit=2) for upstream_id in page]

    assert seen == ["late_0", "img_4", "img_3", "img_2", "img_1", "img_0"]


def test_only_the_asked_for_statuses_are_listed(database: Database) -> None:
    """Several may be asked for."""
    with database.writing() as session:
        make_task(session, "img_pending")
        make_task(session, "img_processing", status=Status.PROCESSING)
        rows = list_tasks(
            session,
            CLIENT,
            status=[Status.PROCESSING],
            equal={},
            after=None,
            limit=9,
            oldest_first=False,
        )

    assert [task.upstream_id for task, _ in rows] == ["img_processing"]


def test_another_client_sees_nothing(database: Database) -> None:
    """Not even that there is something."""
    with database.writing() as session:
        make_task(session)
        rows = list_tasks(session, 2, status=[], equal={}, after=None, limit=9, oldest_first=False)

    assert rows == []


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
    ]
