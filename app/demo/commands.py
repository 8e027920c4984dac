"""`lemonwatch demo`, as it is typed."""

import typer


def demo() -> None:
    """Take a minute's tour on screen, with a service and a simulator of its own."""
    from app.demo.demo import demo as run  # noqa: PLC0415

    raise typer.Exit(run())
