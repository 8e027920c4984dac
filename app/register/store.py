"""Stores new tasks with all that belongs to them, as far as they are not there yet."""

from collections.abc import Iterable, Mapping, Sequence

from app.db.driver import Driver, Row
from app.db.session import Database
from app.db.sheet import bind
from app.register.prepare import Key, NewTask
from app.register.rows import INSERT_LABELS, INSERT_LINES, INSERT_POLLS, INSERT_TASKS, STORE


def store(database: Database, wanted: Sequence[NewTask]) -> Mapping[Key, int]:
    """Insert those that are not there yet, all or none; return the ids of their rows.

    A select before the insert would race: two that register one id at once would both see nothing.
    """
    if not wanted:
        return {}
    if database.engine.dialect.name == "postgresql":
        return _at_once(database, wanted)
    with database.driving() as driver:
        return _by_table(driver, wanted)


def _at_once(database: Database, wanted: Sequence[NewTask]) -> Mapping[Key, int]:
    labels = [
        {
            "label": label, "created_at": new.row["created_at"], "client_id": new.client_id,
            "upstream_id": new.upstream_id,
        }
        for new in wanted
        for label in new.labels
    ]  # fmt: skip
    values = {**bind([new.row for new in wanted]), **bind(labels, rows_in="labels")}
    return _ids(database.write_alone(STORE, values))


def _by_table(driver: Driver, wanted: Sequence[NewTask]) -> Mapping[Key, int]:
    """Do the same where no statement writes to several tables."""
    made = _ids(driver.run(INSERT_TASKS, bind([new.row for new in wanted])))
    begun = [(made[new.key], new) for new in wanted if new.key in made]
    if begun:
        rows = bind([new.row | {"task_id": task_id} for task_id, new in begun])
        driver.run(INSERT_POLLS, rows)
        driver.run(INSERT_LINES, rows)
    labels = [
        {"label": label, "created_at": new.row["created_at"], "task_id": task_id}
        for task_id, new in begun
        for label in new.labels
    ]
    if labels:
        driver.run(INSERT_LABELS, bind(labels))
    return made


def _ids(inserted: Iterable[Row]) -> Mapping[Key, int]:
    return {Key(client, upstream_id): row_id for row_id, client, upstream_id in inserted}
