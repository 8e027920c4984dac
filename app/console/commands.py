"""The commands that talk to the running service, as they are typed."""

from math import inf
from typing import Annotated

import typer

from app.errors import InvalidInput
from app.settings import load_settings
from app.tasks.status import Status

YEAR = 31_536_000  # seconds


def track(
    task_id: Annotated[str, typer.Argument(help="LemonData's id of the task.")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for its end.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Wait no longer than this; for ever if none.", min=0.1, max=YEAR
        ),
    ] = None,
    account: Annotated[str | None, typer.Option(help="Whose task it is; default if none.")] = None,
    model: Annotated[str | None, typer.Option(help="What makes it.")] = None,
    webhook_url: Annotated[str | None, typer.Option(help="Where to tell of its end.")] = None,
    metadata: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="To find it by; for more, again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Track a task at the running service; the exit code says how it ended."""
    from app.console.service import Service  # noqa: PLC0415 - a command loads what it needs
    from app.console.tasks import labels  # noqa: PLC0415 - as above
    from app.console.track import track as run  # noqa: PLC0415 - as above

    said = {"account": account, "model": model, "webhook_url": webhook_url}
    body = {"task_id": task_id, "metadata": labels(metadata or [])} | {
        name: value for name, value in said.items() if value is not None
    }
    if timeout is not None and not wait:
        raise InvalidInput("--timeout is for --wait")
    patience = (timeout or inf) if wait else None
    service = Service.of(load_settings())
    raise typer.Exit(run(service, body, patience=patience, as_json=as_json))


def tasks(
    *,
    status: Annotated[
        list[Status] | None, typer.Option(help="Only of this status; for more, again.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each.")] = False,
) -> None:
    """List the latest tasks of the running service, newest first."""
    from app.console import tasks as console  # noqa: PLC0415 - a command loads what it needs
    from app.console.service import Service  # noqa: PLC0415 - a command loads what it needs

    said = {"status": [one.value for one in status or []], "model": model, "account": account}
    query = {name: value for name, value in said.items() if value}
    console.tasks(Service.of(load_settings()), query, limit=limit, as_json=as_json)
