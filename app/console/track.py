"""`lemonwatch track`: a task from its registration to its end, on screen."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from time import monotonic, sleep
from urllib.parse import quote

import typer

from app.console.progress import following, is_watched
from app.console.service import JSON, Service
from app.console.tasks import seconds_of
from app.errors import Unreachable
from app.exits import ExitCode
from app.tasks.status import Status

WAIT = 20.0  # seconds for each question while waiting
RESTART = 30.0  # seconds that the service may be away while its task is waited for
AGAIN = 1.0
GLANCE = 2.0  # seconds, where somebody looks on, who sees polls and progress too
LIVE = {status.value for status in Status if status.is_live}


def track(service: Service, body: JSON, *, patience: float | None, as_json: bool) -> ExitCode:
    """Register a task and show it as it is when it is over, or after `patience` seconds; None waits not.

    The code says how it ended; one that is under way is good where nobody waited for it.
    """
    task = service.post("/v1/tasks", body)
    if patience is not None:
        task = _wait(service, task, patience)
    typer.echo(json.dumps(task, indent=2) if as_json else "\n".join(_described(task)))
    return code_of(task, waited=patience is not None)


def _wait(service: Service, task: JSON, patience: float) -> JSON:
    until = monotonic() + patience
    path = f"/v1/tasks/{quote(task['task_id'], safe='')}"
    at_once = GLANCE if is_watched() else WAIT
    with following(task) if is_watched() else nullcontext(_unseen) as see:
        while task["status"] in LIVE and (left := until - monotonic()) > 0:
            see(task)
            task = _look(service, path, wait=min(at_once, left), patience=min(RESTART, left))
    return task


def _look(service: Service, path: str, *, wait: float, patience: float) -> JSON:
    """Ask until there is an answer: the service may just be started anew."""
    until = monotonic() + patience
    while True:
        try:
            return service.get(path, wait=wait)
        except Unreachable:
            if monotonic() > until:
                raise
            sleep(AGAIN)


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
