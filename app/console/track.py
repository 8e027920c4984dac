"""`lemonwatch track`: a task from its registration to its end, on screen."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from math import inf
from time import monotonic, sleep
from urllib.parse import quote

import typer

from app.console.progress import following, is_watched
from app.console.service import JSON, PATIENCE, Service
from app.console.tasks import seconds_of
from app.errors import Unreachable
from app.exits import ExitCode
from app.process.table import printable
from app.tasks.status import Status

WAIT = 20.0  # seconds for each question while waiting
RESTART = 30.0  # seconds that the service may be away while its task is waited for
AGAIN = 1.0
SLACK = 2.0  # seconds that an answer may take longer than we wait
GLANCE = 2.0  # seconds, where somebody looks on, who sees polls and progress too
LIVE = {status.value for status in Status if status.is_live}


def track(service: Service, body: JSON, *, patience: float | None, as_json: bool) -> ExitCode:
    """Register a task and show it as it is when it is over, or after `patience` seconds; None waits not.

    The code says how it ended; one that is under way is good where nobody waited for it.
    """
    task = service.post("/v1/tasks", body, within=_within(inf if patience is None else patience))
    if patience is not None:
        task = _wait(service, task, patience)
    typer.echo(
        json.dumps(task, indent=2) if as_json else "\n".join(map(printable, _described(task)))
    )
    return code_of(task, waited=patience is not None)


def _wait(service: Service, task: JSON, patience: float) -> JSON:
    """Return the task when it is over, or as it was last seen."""
    until = monotonic() + patience
    path = f"/v1/tasks/{quote(task['task_id'], safe='')}"
    at_once = GLANCE if is_watched() else WAIT
    with following(task) if is_watched() else nullcontext(_unseen) as see:
        while task["status"] in LIVE and (left := until - monotonic()) > 0:
            see(task)
            task = _look(service, path, wait=min(at_once, left), until=until) or task
    return task


def _look(service: Service, path: str, *, wait: float, until: float) -> JSON | None:
    """Ask until there is an answer: the service may just be started anew; None if it is `until` first."""
    back_by = monotonic() + RESTART
    while (left := until - monotonic()) > 0:
        try:
            return service.get(path, within=_within(left), wait=min(wait, left))
        except Unreachable:
            if back_by < monotonic() < until:
                raise
            sleep(max(0.0, min(AGAIN, until - monotonic())))
    return None


def _within(left: float) -> float:
    """Return how many seconds one answer may take, of who has so many left."""
    return min(PATIENCE, left + SLACK)


def _unseen(_task: JSON) -> None:
    """Show nothing."""


def code_of(task: JSON, *, waited: bool) -> ExitCode:
    """Tell how a task stands by an exit code."""
    if task["status"] == Status.COMPLETED:
        return ExitCode.GOOD
    if task["status"] not in LIVE:
        return ExitCode.ENDED_OTHERWISE
    return ExitCode.NOT_OVER if waited else ExitCode.GOOD


def _described(task: JSON) -> Iterator[str]:
    seconds = seconds_of(task)
    yield f"{task['task_id']}  {task['status']}" + (f"  {seconds} s" if seconds else "")
    if task["error"]:
        yield f"  {task['error']}"
    yield from (f"  {one['url']}" for one in (*task["images"], *task["assets"]))
