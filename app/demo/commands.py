"""`lemonwatch demo`, as it is typed."""

import typer

from app.settings import load_settings


def demo() -> None:
    """Register a handful of simulated tasks with the running service, and follow them to the end."""
    from app.demo.demo import demo as run  # noqa: PLC0415

    raise typer.Exit(run(load_settings()))
