"""`lemonwatch verify`, as it is typed."""

from pathlib import Path
from typing import Annotated

import typer

from app.exits import ExitCode


def verify(
    *,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header", "-H", metavar="'NAME: VALUE'", help="A header that came; for more, again."
        ),
    ] = None,
    headers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="All of them: a line each, or a JSON object."),
    ] = None,
    body: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The body, byte for byte; standard input if none."),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where the secret is; LEMONWATCH_WEBHOOK_SECRET if none."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which part of a webhook is wrong: the headers, the clock, the secret or the body."""
    from app.verify.command import verify as run  # noqa: PLC0415

    is_verified = run(
        headers=header or [], headers_file=headers, body_file=body, secret_file=secret_file,
        as_json=as_json,
    )  # fmt: skip
    raise typer.Exit(ExitCode.GOOD if is_verified else ExitCode.NOT_GOOD)
