"""`lemonwatch doctor`, as it is typed."""

import typer

from app.settings import load_settings


def doctor() -> None:
    """Check settings, database, broker and progress; say what to do."""
    from app.health.doctor import examine  # noqa: PLC0415

    findings = examine(load_settings())
    for finding in findings:
        typer.echo(f"{finding.mark} {finding.what}: {finding.says}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
