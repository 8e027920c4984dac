"""The demo on a terminal: one table, drawn anew as things move."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from app.demo.scene import Scene

COLUMNS = ("task", "model", "status", "looks", "next look", "verified webhook")
COLOURS = {
    "processing": "cyan", "completed": "green", "failed": "red", "cancelled": "yellow",
    "timed_out": "red", "not_found": "red",
}  # fmt: skip


class Moving:
    """A table that is gone when its block ends; what is said meanwhile stays above it."""

    def __init__(self) -> None:
        """Wait for the first scene."""
        waiting = Spinner("dots", "")
        self._live = Live(waiting, console=Console(), transient=True, refresh_per_second=8)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Give the terminal back as it was."""
        self._live.stop()

    def say(self, what: str, text: str) -> None:
        """Write a line above the table."""
        self._live.console.print(Text(f"{what:<11}", "bold"), Text(text))

    def show(self, scene: Scene) -> None:
        """Draw the table."""
        table = Table(*COLUMNS, box=None, header_style="bold", padding=(0, 2, 0, 0))
        for row in scene.rows():
            name, model, status, *rest = row
            colour = COLOURS.get(status.split()[0], "")
            table.add_row(name, model, Text(status, colour), *rest)
        self._live.update(table)
