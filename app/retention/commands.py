"""`lemonwatch prune`: the operator's way to have old tasks gone, straight to the database."""

from typing import Annotated

import typer

from app.settings import load_settings


def prune(
    *,
    older_than: Annotated[
        str | None,
        typer.Option(
            metavar="AGE",
            help="What ended longer ago, as 90d, 12h or 2w; LEMONWATCH_RETENTION if none.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Delete tasks that ended long ago, with all that was told of them, but for what is still owed."""
    from app.retention.prune import prune as run  # noqa: PLC0415 - a command loads what it needs

    run(load_settings(), older_than=older_than, only_counts=dry_run, as_json=as_json)
