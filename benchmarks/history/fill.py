"""Fills a database with a year of finished tasks, and with some that are under way."""

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.clock import utc_now
from app.db.migrate import config
from app.db.session import Database
from app.statistics import cycle

AT_ONCE = 500_000
YEAR = 365 * 86400  # seconds

TASKS = f"""
INSERT INTO task (client_id, upstream_id, account, kind, model, status, version, images, assets,
                  prompts, error, metadata, polls, created_at, is_dated, registered_at,
                  finished_at, not_before, not_after, deadline_at)
SELECT 1, 'img_' || n, CASE WHEN n % 20 = 0 THEN 'second' ELSE 'default' END,
       CASE WHEN n % 50 = 0 THEN 'video' ELSE 'image' END,
       CASE WHEN n % 10000 = 7 THEN 'model-rare' ELSE 'model-' || n % 10 END,
       CASE WHEN n % 1000 = 0 THEN 'not_found' WHEN n % 100 = 1 THEN 'failed' ELSE 'completed' END,
       3, jsonb_build_array(jsonb_build_object(
           'url', 'https://images.example/' || md5(n::text) || '.png',
           'revised_prompt', 'a lemon, number ' || n || ', on a wooden table in the evening sun')),
       '[]', '[]', NULL,
       jsonb_build_object('order', n, 'shop', 'shop-' || n % 1000, 'tier', 'free'),
       11, at, true, at, at + interval '20 s', at + interval '17 s', at + interval '20 s',
       at + interval '300 s'
FROM (SELECT n, now() - make_interval(secs => {YEAR}.0 * (:tasks - n) / :tasks + 600) AS at
      FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n) AS counted
"""
LIVE = """
WITH made AS (
    INSERT INTO task (client_id, upstream_id, account, kind, model, status, version, images, assets,
                      prompts, metadata, polls, created_at, is_dated, registered_at, deadline_at)
    SELECT 1, 'live_' || n, 'default', 'image', 'model-' || n % 10, 'pending', 1, '[]', '[]', '[]',
           jsonb_build_object('order', 'live', 'shop', 'shop-' || n % 1000), 0, now(), true, now(),
           now() + interval '30 days'
    FROM generate_series(1, :live) AS n RETURNING *
)
INSERT INTO poll (task_id, account_id, client_id, kind, weight, due_at, claimable_at, leased_until,
                  token, upstream_id, path, other_path, strayed, model, started_at, status,
                  deadline_at, expected_at, polls, faults, absences, rejections, sight)
SELECT id, 1, client_id, kind, 1, now(), now(), '1970-01-01Z', 0, upstream_id,
       '/v1/images/generations/' || upstream_id, '/v1/tasks/' || upstream_id, false, model,
       created_at, status, deadline_at, now(), 0, 0, 0, 0, 'registered'
FROM made
"""
# Indexes are built at the end: row by row they would take hours.
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'task' AND indexname LIKE 'ix_%' ORDER BY indexname
"""


def fill(database: Database, *, tasks: int, live: int) -> None:
    """Insert the tasks with their labels and sums, `live` of them with a poll that is due; then analyze."""
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("statement_timeout = 0", "maintenance_work_mem = '512MB'"):
            connection.exec_driver_sql(f"SET {setting}")
        built = list(connection.execute(text(INDEXES))) if tasks else []
        for index in built:
            connection.exec_driver_sql(f"DROP INDEX {index.indexname}")
        for first in range(1, tasks + 1, AT_ONCE):
            last = min(tasks, first + AT_ONCE - 1)
            connection.execute(text(TASKS), {"tasks": tasks, "first": first, "last": last})
        connection.execute(text(LIVE), {"live": live})
        for index in built:
            connection.exec_driver_sql(index.indexdef)
        _label(connection, database)
        _count(connection, database)
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.invalidate()  # With its session go the settings.


def _label(connection: Connection, database: Database) -> None:
    """Label the tasks as the migration does that began with labels."""
    migration = ScriptDirectory.from_config(config(database)).get_revision("0031")
    last = connection.scalar(text("SELECT coalesce(max(id), 0) FROM task"))
    connection.exec_driver_sql("ALTER TABLE task_label DROP CONSTRAINT pk_task_label")
    for after in range(0, last, AT_ONCE):
        connection.execute(text(migration.module.FILL), {"after": after, "until": after + AT_ONCE})
    connection.exec_driver_sql(
        "ALTER TABLE task_label"
        " ADD CONSTRAINT pk_task_label PRIMARY KEY (label, created_at, task_id)"
    )


def _count(connection: Connection, database: Database) -> None:
    """Count the tasks as the migration does that began with counting, and as the first ring after it."""
    migration = ScriptDirectory.from_config(config(database)).get_revision("0032")
    with Operations.context(MigrationContext.configure(connection)):
        migration.module.fill()
    cycle.run(database, clock=utc_now)
