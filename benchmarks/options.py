"""How options are read that name several things."""

from collections.abc import Sequence

import typer


def among(text: str, known: Sequence[str], option: str) -> tuple[str, ...]:
    """Read names, all of which are to be known."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if strange := set(names) - set(known):
        raise typer.BadParameter(f"{option}: unknown: {', '.join(sorted(strange))}")
    return names


def numbers(text: str | None) -> tuple[int, ...] | None:
    """Read whole numbers."""
    return None if text is None else tuple(int(word) for word in text.split(","))
