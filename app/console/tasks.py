"""`lemonwatch tasks`: the history, on screen."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

import typer

from app.console.service import JSON, Service
from app.errors import InvalidInput

PAGE = 500
COLUMNS = ("task", "status", "kind", "model", "registered", "seconds", "polls")


def tasks(service: Service, query: Mapping[str, object], *, limit: int, as_json: bool) -> None:
    """Show the latest `limit` tasks that fit the query: a table, or a line of JSON for each."""
    found = islice(_pages(service, query), limit)
    if as_json:
        for task in found:
            typer.echo(json.dumps(task))
        return
    for line in _table([COLUMNS, *(_row(task) for task in found)]):
        typer.echo(line)


def labels(pairs: Iterable[str]) -> dict[str, str]:
    """Read `KEY=VALUE`s; raise InvalidInput for what is none."""
    found = {}
    for pair in pairs:
        name, is_one, value = pair.partition("=")
        if not is_one or not name:
            raise InvalidInput(f"give metadata as KEY=VALUE, not {pair}")
        found[name] = value
    return found


def _pages(service: Service, query: Mapping[str, object]) -> Iterator[JSON]:
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = service.get("/v1/tasks", **query, **more, limit=PAGE)
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def _row(task: JSON) -> tuple[str, ...]:
    registered = datetime.fromisoformat(task["registered_at"])
    return (
        task["task_id"], task["status"], task["kind"], task["model"] or "-",
        f"{registered:%Y-%m-%d %H:%M:%S}", seconds_of(task) or "-", str(task["polls"]),
    )  # fmt: skip


def seconds_of(task: JSON) -> str:
    """Return how long it took from its creation to its end, or nothing."""
    if task["finished_at"] is None:
        return ""
    took = datetime.fromisoformat(task["finished_at"]) - datetime.fromisoformat(task["created_at"])
    return f"{took.total_seconds():.1f}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()
