"""`lemonwatch track`: a task from its registration to its end, on screen."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from urllib.parse import quote

import typer

from app.console.service import JSON, Service
from app.console.tasks import seconds_of
from app.exits import ExitCode
from app.tasks.status import Status

WAIT = 20.0  # seconds for each question while waiting; then the line on screen is written anew
LIVE = {status.value for status in Status if status.is_live}


def track(service: Service, body: JSON, *, patience: float | None, as_json: bool) -> ExitCode:
    """Register a task and show it as it is when it is over, or after `patience` seconds; None waits not.

    The code says how it ended; one that is under way is good where nobody waited for it.
    """
    until = monotonic() + (patience or 0)
    task = service.post("/v1/tasks", body)
    while task["status"] in LIVE and (left := until - monotonic()) > 0:
        _progress(task)
        task = service.get(f"/v1/tasks/{quote(task['task_id'], safe='')}", wait=min(WAIT, left))
    if patience is not None and sys.stderr.isatty():
        typer.echo("\r\033[K", nl=False, err=True)
    typer.echo(json.dumps(task, indent=2) if as_json else "\n".join(_described(task)))
    return code_of(task, waited=patience is not None)


def code_of(task: JSON, *, waited: bool) -> ExitCode:
    """Tell how a task stands by an exit code."""
    if task["status"] == Status.COMPLETED:
        return ExitCode.GOOD
    if task["status"] not in LIVE:
        return ExitCode.ENDED_OTHERWISE
    return ExitCode.NOT_OVER if waited else ExitCode.GOOD


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
    seconds = seconds_of(task)
    yield f"{task['task_id']}  {task['status']}" + (f"  {seconds} s" if seconds else "")
    if task["error"]:
        yield f"  {task['error']}"
    yield from (f"  {one['url']}" for one in (*task["images"], *task["assets"]))
