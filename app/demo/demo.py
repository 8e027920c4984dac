"""A handful of simulated tasks, from registering to the signed webhook and the history."""

from queue import Empty
from time import monotonic
from typing import Any

import typer

from app.demo.receiver import Receiver
from app.demo.service import Service
from app.errors import Misconfigured
from app.settings import Settings

PATIENCE = 90.0  # seconds for the whole demo

# What each task is called, what is asked of the simulator, and how it should end.
TASKS: list[tuple[str, dict[str, Any], str]] = [
    ("quick", {"n": 1, "simulate": {"seconds": 2}}, "completed"),
    ("slow", {"n": 1, "simulate": {"seconds": 12}}, "completed"),
    ("two images", {"n": 2, "simulate": {"seconds": 5}}, "completed"),
    ("refused", {"n": 1, "simulate": {"seconds": 3, "outcome": "failed"}}, "failed"),
]


def demo(settings: Settings) -> int:
    """Run the demo against the service that is up; return 0 when all went as it should, else 1."""
    try:
        from standardwebhooks import Webhook  # noqa: PLC0415 - a development package
    except ImportError:
        raise Misconfigured("The demo verifies with `standardwebhooks`: run ./dev demo.") from None
    service = Service.find(settings)
    receiver = Receiver(Webhook(service.webhook_secret()).verify)
    try:
        names = _register(service, receiver.url)
        events = _follow(receiver, names)
        return _report(service, receiver, names, events)
    finally:
        receiver.close()


def _register(service: Service, webhook_url: str) -> dict[str, str]:
    """Make and register the tasks; return the name of each by its id."""
    names = {}
    for name, wanted, _ in TASKS:
        created = service.make_task(model="flux-pro", prompt=f"a lemon, {name}", **wanted)
        task = service.register(created, webhook_url=webhook_url, name=name)
        names[task["task_id"]] = name
        typer.echo(f"registered  {name:<11} {task['task_id']}")
    return names


def _follow(receiver: Receiver, names: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Wait for a webhook for each task; return the events by the tasks' ids."""
    events: dict[str, dict[str, Any]] = {}
    until = monotonic() + PATIENCE
    while len(events) < len(names) and monotonic() < until:
        try:
            event = receiver.received.get(timeout=1)
        except Empty:
            continue
        data = event["data"]
        if data["task_id"] in names:
            events[data["task_id"]] = event
            name = names[data["task_id"]]
            typer.echo(f"webhook     {name:<11} {event['type']}, signature verified")
    return events


def _report(
    service: Service, receiver: Receiver, names: dict[str, str], events: dict[str, dict[str, Any]]
) -> int:
    """Print the history; tell whether every task ended as it should and was told of, verified."""
    expected = {name: status for name, _, status in TASKS}
    typer.echo("history")
    good = receiver.refused == 0
    for task_id, name in names.items():
        task = service.task(task_id)
        good &= task["status"] == expected[name] and task_id in events
        story = task["error"] or ", ".join(image["url"] for image in task["images"])
        typer.echo(f"  {name:<11} {task['status']:<10} after {task['polls']} polls  {story}")
    typer.echo("All as it should be." if good else "NOT as it should be; see above.")
    return 0 if good else 1
