"""The commands that talk to the running service, as they are typed."""

from math import inf
from pathlib import Path
from typing import Annotated

import typer

from app.errors import InvalidInput
from app.settings import load_settings
from app.tasks.status import Status
from app.upstream.paths import Kind

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
    from app.console.query import labels  # noqa: PLC0415 - as above
    from app.console.service import Service  # noqa: PLC0415 - a command loads what it needs
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
    kind: Annotated[Kind | None, typer.Option(help="Only of this kind.")] = None,
    created_after: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only created then or later.")
    ] = None,
    created_before: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only created earlier.")
    ] = None,
    finished_after: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only over then or later, by their ends.")
    ] = None,
    finished_before: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only over earlier, by their ends.")
    ] = None,
    metadata: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Only with this; for more, again.")
    ] = None,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="The other order.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(help="How many at most; if none 20, and of --csv and -o all.", min=1),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them, however many.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", "--ndjson", help="Print a line of JSON for each.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with a header line.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A file for them, .csv or .ndjson: whole, or not.",
        ),
    ] = None,
) -> None:
    """List the tasks of the running service, newest first, or write them into a file.

    A TIME is such as 2026-11-27T08:00:00Z, or 2026-11-27, which is when that day begins in UTC.
    """
    from app.console.export import Export  # noqa: PLC0415 - as above
    from app.console.form import form_of  # noqa: PLC0415 - as above
    from app.console.query import query_of  # noqa: PLC0415 - as above
    from app.console.service import Service  # noqa: PLC0415 - as above
    from app.console.tasks import PAGE, latest  # noqa: PLC0415 - as above

    if every and limit is not None:
        raise InvalidInput("--all and --limit say two things: say one")
    form = form_of(as_json=as_json, as_csv=as_csv, file=output)
    said = {
        "status": [one.value for one in status or []], "model": model, "account": account,
        "kind": kind, "created_after": created_after, "created_before": created_before,
        "finished_after": finished_after, "finished_before": finished_before,
        "order": "asc" if oldest_first else None,
    }  # fmt: skip
    query = query_of(said, metadata or [])
    service = Service.of(load_settings())
    if output is not None:
        Export(service, query, form, limit).save(output)
    elif every or as_csv or (limit or 0) > PAGE:
        Export(service, query, form, limit).show()
    else:
        latest(service, query, form, limit)
