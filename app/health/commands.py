"""`lemonwatch doctor`, as it is typed."""

import typer

from app.exits import ExitCode
from app.settings import load_settings


def doctor() -> None:
    """Check settings, database, broker and progress; say what to do."""
    from app.health.doctor import examine  # noqa: PLC0415

    findings = examine(load_settings())
    for finding in findings:
        typer.echo(f"{finding.mark} {finding.what}: {finding.says}")
    is_good = all(finding.ok for finding in findings)
    raise typer.Exit(ExitCode.GOOD if is_good else ExitCode.NOT_GOOD)
