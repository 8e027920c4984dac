"""`lemonwatch doctor`, as it is typed."""

import json
from typing import Annotated

import typer

from app.exits import ExitCode


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check settings, database, clock, broker, accounts and progress; say what to do."""
    from app.health.doctor import examine  # noqa: PLC0415 - a command loads what it needs

    findings = examine()
    is_good = all(finding.ok for finding in findings)
    if as_json:
        typer.echo(json.dumps({"ok": is_good, "findings": [one.as_json() for one in findings]}))
    else:
        for finding in findings:
            typer.echo(f"{finding.mark} {finding.what}: {finding.says}")
    raise typer.Exit(ExitCode.GOOD if is_good else ExitCode.NOT_GOOD)
