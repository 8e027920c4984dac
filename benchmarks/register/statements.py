"""The SQL that registers a task, as one writes it by hand: in psycopg's words, and in sqlite3's."""

TASK = """
INSERT INTO task (client_id, upstream_id, account, kind, model, status, version, images, assets,
    prompts, metadata, polls, created_at, is_dated, registered_at, deadline_at)
VALUES (1, %s, 'default', 'image', %s, 'pending', 1, '[]', '[]', '[]', %s, 0, %s, {false}, %s, %s)
ON CONFLICT (client_id, upstream_id) DO NOTHING RETURNING id
"""
POLL = """
INSERT INTO poll (task_id, account_id, client_id, kind, weight, due_at, claimable_at, leased_until,
    token, upstream_id, path, other_path, strayed, model, started_at, status, deadline_at, expected_at,
    polls, faults, absences, rejections, sight)
VALUES (%s, 1, 1, 'image', 1.0, %s, %s, {epoch}, 0, %s, %s, %s, {false}, %s, %s, 'pending', %s, %s,
    0, 0, 0, 0, 'registered')
"""
TRANSITION = """
INSERT INTO transition (task_id, at, sight, status, polls) VALUES (%s, %s, 'registered', 'pending', 0)
"""
LABEL = "INSERT INTO task_label (label, created_at, task_id) VALUES (%s, %s, %s)"
FIND = """
SELECT task.status, task.version, task.model, task.metadata, task.created_at,
    task.registered_at, task.finished_at, poll.polls, poll.due_at, poll.deadline_at
FROM task LEFT JOIN poll ON poll.task_id = task.id WHERE task.client_id = 1 AND task.upstream_id = %s
"""


class Statements:
    """All of them, for one of the two drivers."""

    def __init__(self, *, on_postgres: bool) -> None:
        """Write them as the driver takes them."""
        epoch = "'1970-01-01 00:00:00+00'" if on_postgres else "'1970-01-01 00:00:00.000000'"
        false = "false" if on_postgres else "0"
        self.task, self.poll, self.transition, self.label, self.find = (
            one.format(epoch=epoch, false=false).replace("%s", "%s" if on_postgres else "?")
            for one in (TASK, POLL, TRANSITION, LABEL, FIND)
        )
