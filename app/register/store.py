"""Stores new tasks with all that belongs to them, as far as they are not there yet."""

from collections.abc import Iterable, Mapping, Sequence

from app.db.driver import Driver, Row
from app.db.session import Database
from app.db.sheet import bind
from app.register.prepare import Key, NewTask
from app.register.rows import (
    INSERT_LABELS,
    INSERT_LINES,
    INSERT_POLLS,
    INSERT_TASKS,
    LAST_TASK,
    STORE,
    TASKS_AFTER,
)


def store(database: Database, wanted: Sequence[NewTask]) -> Mapping[Key, int]:
    """Insert those that are not there yet, all or none; return the ids of their rows.

    A select before the insert would race: two that register one id at once would both see nothing.
    """
    if not wanted:
        return {}
    if database.on_postgres:
        return _at_once(database, wanted)
    with database.driving() as driver:
        return _by_table(driver, wanted)


def _at_once(database: Database, wanted: Sequence[NewTask]) -> Mapping[Key, int]:
    labels = [
        {
            "label": label, "created_at": new.row["created_at"], "client_id": new.key.client_id,
            "upstream_id": new.key.upstream_id,
        }
        for new in wanted
        for label in new.labels
    ]  # fmt: skip
    values = {**bind([new.row for new in wanted]), **bind(labels, rows_in="labels")}
    return _ids(database.write_alone(STORE, values))


def _by_table(driver: Driver, wanted: Sequence[NewTask]) -> Mapping[Key, int]:
    """Do the same where no statement writes to several tables.

    In SQLite nobody else writes meanwhile, so that ids can be counted on here, as it would by itself: to
    have them returned costs nearly as much as to insert the rows.
    """
    ((last,),) = driver.run(LAST_TASK, {})
    rows = [new.row | {"task_id": last + place} for place, new in enumerate(wanted, 1)]
    driver.run_rows(INSERT_TASKS, rows)
    made = _ids(driver.run(TASKS_AFTER, {"last": last}))
    rows = [row for new, row in zip(wanted, rows, strict=True) if new.key in made]
    driver.run_rows(INSERT_POLLS, rows)
    driver.run_rows(INSERT_LINES, rows)
    labels = [
        {"label": label, "created_at": new.row["created_at"], "task_id": made[new.key]}
        for new in wanted
        if new.key in made
        for label in new.labels
    ]
    driver.run_rows(INSERT_LABELS, labels)
    return made


def _ids(inserted: Iterable[Row]) -> Mapping[Key, int]:
    return {Key(client, upstream_id): row_id for row_id, client, upstream_id in inserted}
