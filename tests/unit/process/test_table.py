"""A table is text for people, whoever wrote what is in it."""

import pytest

from app.process.table import printable, table


def test_columns_stand_beneath_each_other() -> None:
    assert list(table(("a", "b"), [("long", "x"), ("y", "z")])) == ["a     b", "long  x", "y     z"]


def test_what_a_terminal_would_obey_is_replaced() -> None:
    """Such as a title for the window, a line of its own, or letters that turn the others around."""
    rows = [("\x1b]0;owned\x07", "a\nb"), ("\u202etxt", "\x9b2J")]

    assert list(table(("model", "why"), rows)) == [
        "model       why", "�]0;owned�  a�b", "�txt        �2J",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "img_1", "für 3 Bilder", "画像", "🍋"])
def test_letters_of_all_tongues_stay(text: str) -> None:
    assert printable(text) == text
