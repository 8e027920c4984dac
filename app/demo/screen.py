"""How the demo is seen: a table that moves on a terminal, and a line for each change elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer

from app.demo.moving import Moving
from app.demo.scene import Scene


class Screen(Protocol):
    """Where the demo tells what it does and sees."""

    def say(self, what: str, text: str) -> None:
        """Write a line that stays."""
        ...

    def show(self, scene: Scene) -> None:
        """Show how everything stands now."""
        ...


class Lines:
    """A line for each change."""

    def __init__(self) -> None:
        """Have told of nothing yet."""
        self._told: set[str] = set()

    def say(self, what: str, text: str) -> None:
        """Write a line."""
        typer.echo(f"{what:<11} {text}")

    def show(self, scene: Scene) -> None:
        """Write what was not written yet."""
        for what, text in scene.news():
            if text not in self._told:
                self._told.add(text)
                self.say(what, text)


@contextmanager
def screen() -> Iterator[Screen]:
    """Have the screen that suits standard output."""
    if not sys.stdout.isatty():
        yield Lines()
        return
    with Moving() as moving:
        yield moving
