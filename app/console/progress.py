"""How far a wait or an export is, live, where somebody looks on: standard error is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as Row
from rich.text import Text

from app.console.service import JSON


def is_watched() -> bool:
    """Tell whether somebody looks on, whom this does not disturb in reading what is printed."""
    return sys.stderr.isatty()


@contextmanager
def following(task: JSON) -> Iterator[Callable[[JSON], None]]:
    """Show a task under way until the block ends, each time as it is given."""
    with _screen(
        SpinnerColumn(), TextColumn("{task.description}"),
        BarColumn(20), TextColumn("{task.fields[polls]} polls"), TimeElapsedColumn(), _Expected(),
    ) as shown:  # fmt: skip
        row = shown.add_task(task["status"], total=None, polls=task["polls"], expected=None)

        def show(task: JSON) -> None:
            eta = task["eta"]
            shown.update(
                row, description=task["status"], polls=task["polls"],
                expected=datetime.fromisoformat(eta["p50"]) if eta else None,
                total=None if task["progress"] is None else 100, completed=task["progress"] or 0,
            )  # fmt: skip

        yield show


@contextmanager
def counting(total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how many records there are, how many come in a second, and of how many if that is known."""
    with _screen(
        SpinnerColumn(), BarColumn(20), TextColumn("{task.completed:,.0f} tasks"), _Rate(),
        TimeElapsedColumn(), *([TimeRemainingColumn()] if total else []),
    ) as shown:  # fmt: skip
        row = shown.add_task("", total=total)
        yield lambda count: shown.update(row, completed=count)


def _screen(*columns: ProgressColumn) -> Progress:
    return Progress(*columns, console=Console(stderr=True), transient=True)


class _Expected(ProgressColumn):
    """In how many seconds the end is expected."""

    def render(self, task: Row) -> Text:
        at: datetime | None = task.fields["expected"]
        if at is None:
            return Text("")
        left = (at - datetime.now(UTC)).total_seconds()
        return Text(f"expected in {left:.0f} s" if left > 0 else "expected any moment")


class _Rate(ProgressColumn):
    """How many come in a second."""

    def render(self, task: Row) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed else "")
