"""Many tasks at once in our tables: copies, in SQL, of one that the API has made.

So it needs to know of the schema only what it sets: a column added later comes along in the copy.
"""

from collections.abc import Mapping
from typing import Any, Self, cast

from tests.servers.postgres import connect

AT_ONCE = 250_000
HISTORY, LIVE = 1_000, 100_000_000  # The numbers, and ids, of the first of each.
TEXT = {"text", "character varying"}


class Rows:
    """The tables of one database, over a connection of its own."""

    def __init__(self, url: str, *, model: str) -> None:
        """Copy the task that LemonData knows as `model`."""
        self._connection = connect(url)
        self._model = model

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add_live(self, count: int, *, due: float, spread: float) -> None:
        """Add tasks that fall due from `due` on, a Unix time, evenly over `spread` seconds."""
        at = f"({due!r}::float8 + (n - {LIVE}) * {spread / count!r}::float8)"
        upstream_id = f"'img_' || n || '_' || floor({at} * 1000)::bigint || '_0'"
        due_at = f"to_timestamp({at})"
        for table in self._tables():
            # Free, whether or not the model is being asked for.
            free = {"claimable_at": due_at, "leased_until": "to_timestamp(0)"}
            values = {"due_at": due_at, "expected_at": due_at, **free}
            self._copy(table, upstream_id, values, first=LIVE, count=count)
            self._run(f'ANALYZE "{table}"')

    def add_history(self, count: int) -> None:
        """Add tasks that have ended, one a second until now, each with its log of two lines."""
        ended = f"(now() - make_interval(secs => {HISTORY + count} - n))"
        began = f"({ended} - interval '60 s')"
        task = {
            "status": "'completed'", "version": "2", "polls": "20",
            "created_at": began, "registered_at": began, "deadline_at": f"{ended} + interval '240 s'",
            "not_before": f"{ended} - interval '3 s'", "not_after": ended, "finished_at": ended,
            "images": "jsonb_build_array(jsonb_build_object("
                      "'url', 'https://images.example/' || n || '.png', 'revised_prompt', null))",
        }  # fmt: skip
        end = {"at": ended, "sight": "'completed'", "status": "'completed'", "polls": "20"}
        for first in range(HISTORY, HISTORY + count, AT_ONCE):
            of = min(AT_ONCE, HISTORY + count - first)
            for table, values in (
                ("task", task),
                ("transition", {"at": began}),
                ("transition", end),
            ):
                self._copy(table, "'img_' || n || '_0_0'", values, first=first, count=of)

    def settle(self) -> None:
        """Leave nothing for PostgreSQL to catch up with during the measurement."""
        self._run("VACUUM (ANALYZE, FREEZE)")
        self._run("CHECKPOINT")

    def _tables(self) -> list[str]:
        """Return the task's own table, then those that may have rows for each task."""
        found = self._connection.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'task_id' ORDER BY table_name"
        )
        return ["task", *(name for (name,) in found)]

    def _copy(
        self, table: str, upstream_id: str, values: Mapping[str, str], *, first: int, count: int
    ) -> None:
        """Copy the model's rows for each n; `upstream_id` and `values` are SQL that may use n."""
        key = "id" if table == "task" else "task_id"
        wanted = dict[str, str]()
        for name, kind in self._columns(table):
            text = f"replace(model.{name}, '{self._model}', {upstream_id})"
            wanted[name] = values.get(name) or (text if kind in TEXT else f"model.{name}")
        wanted[key] = "n"
        if key != "id":
            wanted.pop("id", None)  # The table counts them itself.
        names = ", ".join(wanted)
        self._run(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(wanted.values())}"
            f" FROM {table} AS model, generate_series({first}, {first + count - 1}) AS n"
            f" WHERE model.{key} = (SELECT id FROM task WHERE upstream_id = '{self._model}')"
        )

    def _columns(self, table: str) -> list[tuple[str, str]]:
        found = self._connection.execute(
            "SELECT quote_ident(column_name), data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        )
        return [(name, kind) for name, kind in found]

    def _run(self, statement: str) -> None:
        # psycopg's types want a literal; these statements are made here, of names in the catalogue.
        self._connection.execute(cast(Any, statement))
