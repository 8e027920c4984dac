"""`lemonwatch track` and `lemonwatch tasks`: a task and the history, on screen."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from urllib.parse import quote

import typer

from app.console.service import JSON, Service
from app.errors import InvalidInput
from app.tasks.status import Status

WAIT = 20  # seconds for each question while waiting; then the line on screen is written anew
LIVE = {status.value for status in Status if status.is_live}
PAGE = 500
COLUMNS = ("task", "status", "kind", "model", "registered", "seconds", "polls")


def track(service: Service, body: JSON, *, waits: bool, as_json: bool) -> int:
    """Register a task and show it, at its end if `waits`; return 0 unless it ended badly, else 1."""
    task = service.post("/v1/tasks", body)
    while waits and task["status"] in LIVE:
        _progress(task)
        task = service.get(f"/v1/tasks/{quote(task['task_id'], safe='')}", wait=WAIT)
    if waits and sys.stderr.isatty():
        typer.echo("\r\033[K", nl=False, err=True)
    typer.echo(json.dumps(task, indent=2) if as_json else "\n".join(_described(task)))
    return 0 if task["status"] in LIVE | {Status.COMPLETED} else 1


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


def _progress(task: JSON) -> None:
    """Write where it stands over what was written before, where somebody looks on."""
    if not sys.stderr.isatty():
        return
    done = f" {task['progress']} %" if task["progress"] is not None else ""
    expected = task["eta"]["p50"] if task["eta"] else None
    at = f", expected about {datetime.fromisoformat(expected):%H:%M:%S} UTC" if expected else ""
    line = f"{task['task_id']}  {task['status']}{done}  {task['polls']} polls{at}"
    typer.echo(f"\r\033[K{line}", nl=False, err=True)


def _described(task: JSON) -> Iterator[str]:
    seconds = _seconds(task)
    yield f"{task['task_id']}  {task['status']}" + (f"  {seconds} s" if seconds else "")
    if task["error"]:
        yield f"  {task['error']}"
    yield from (f"  {one['url']}" for one in (*task["images"], *task["assets"]))


def _row(task: JSON) -> tuple[str, ...]:
    registered = datetime.fromisoformat(task["registered_at"])
    return (
        task["task_id"], task["status"], task["kind"], task["model"] or "-",
        f"{registered:%Y-%m-%d %H:%M:%S}", _seconds(task) or "-", str(task["polls"]),
    )  # fmt: skip


def _seconds(task: JSON) -> str:
    """Return how long it took from its creation to its end, or nothing."""
    if task["finished_at"] is None:
        return ""
    took = datetime.fromisoformat(task["finished_at"]) - datetime.fromisoformat(task["created_at"])
    return f"{took.total_seconds():.1f}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()
