"""`lemonwatch tasks`: the latest of the history, on screen."""

import json
from collections.abc import Iterable
from datetime import datetime

import typer

from app.console.form import Form
from app.console.query import Query
from app.console.service import JSON, Service
from app.process.table import table

PAGE = 500
USUAL = 20  # tasks, where nobody says how many
COLUMNS = ("task", "status", "kind", "model", "registered", "seconds", "polls")


def latest(service: Service, query: Query, form: Form, limit: int | None) -> None:
    """Print a page at most; where nobody said how many, say so if there are more."""
    page = service.get("/v1/tasks", **query, limit=limit or USUAL)
    lines = map(json.dumps, page["items"]) if form == Form.NDJSON else shown(page["items"])
    for line in lines:
        typer.echo(line)
    if limit is None and page["next_cursor"]:
        typer.echo(f"These are {USUAL}; there are more: --all has them.", err=True)


def shown(found: Iterable[JSON]) -> Iterable[str]:
    """Return tasks as a table."""
    return table(COLUMNS, map(_row, found))


def seconds_of(task: JSON) -> str:
    """Return how long it took from its creation to its end, or nothing."""
    if task["finished_at"] is None:
        return ""
    took = datetime.fromisoformat(task["finished_at"]) - datetime.fromisoformat(task["created_at"])
    return f"{took.total_seconds():.1f}"


def _row(task: JSON) -> tuple[str, ...]:
    registered = datetime.fromisoformat(task["registered_at"])
    return (
        task["task_id"], task["status"], task["kind"], task["model"] or "-",
        f"{registered:%Y-%m-%d %H:%M:%S}", seconds_of(task) or "-", str(task["polls"]),
    )  # fmt: skip
