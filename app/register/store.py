"""Stores new tasks with all that belongs to them, as far as they are not there yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.driver import Driver
from app.db.session import Database
from app.db.sheet import bind
from app.register.prepare import NewTask
from app.register.rows import INSERT_LABELS, INSERT_LINES, INSERT_POLLS, INSERT_TASKS, STORE

Client = Mapping[str, Any]


def store(database: Database, wanted: Sequence[NewTask]) -> Mapping[str, int]:
    """Insert those of one client's that are not there yet; return the ids of their rows by their own.

    A select before the insert would race: two that register one id at once would both see nothing.
    """
    if not wanted:
        return {}
    client = {"client": wanted[0].client_id}
    if database.engine.dialect.name == "postgresql":
        return _at_once(database, client, wanted)
    with database.driving() as driver:
        return _by_table(driver, client, wanted)


def _at_once(database: Database, client: Client, wanted: Sequence[NewTask]) -> Mapping[str, int]:
    labels = [
        {"label": label, "created_at": new.row["created_at"], "upstream_id": new.upstream_id}
        for new in wanted
        for label in new.labels
    ]
    values = {**client, **bind([new.row for new in wanted]), **bind(labels, rows_in="labels")}
    return {one[1]: one[0] for one in database.write_alone(STORE, values)}


def _by_table(driver: Driver, client: Client, wanted: Sequence[NewTask]) -> Mapping[str, int]:
    """Do the same where no statement writes to several tables."""
    inserted = driver.run(INSERT_TASKS, {**client, **bind([new.row for new in wanted])})
    made = {one[1]: one[0] for one in inserted}
    begun = [(made[new.upstream_id], new) for new in wanted if new.upstream_id in made]
    if begun:
        rows = bind([new.row | {"task_id": task_id} for task_id, new in begun])
        driver.run(INSERT_POLLS, {**client, **rows})
        driver.run(INSERT_LINES, rows)
    labels = [
        {"label": label, "created_at": new.row["created_at"], "task_id": task_id}
        for task_id, new in begun
        for label in new.labels
    ]
    if labels:
        driver.run(INSERT_LABELS, bind(labels))
    return made
