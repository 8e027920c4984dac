"""Every type of problem has its section in the documentation, and every section its type."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.web.problem import KINDS, URN

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the whole problems of the page, each with the section that it stands in."""
    for section in PAGE.read_text().split("\n## ")[1:]:
        name = section.partition("\n")[0]
        for text in re.findall(r"```json\n(.*?)```", section, re.DOTALL):
            if "type" in (example := json.loads(text)):
                yield name, example


def test_every_type_has_a_section_and_every_section_a_type() -> None:
    """A type that leads nowhere helps nobody."""
    sections = re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE)

    assert len(sections) == len(set(sections))
    assert set(sections) == KINDS.keys()


@pytest.mark.parametrize(("name", "example"), [*examples()])
def test_the_example_of_a_section_is_of_its_type(name: str, example: dict[str, Any]) -> None:
    """Type, title and status are those that the service answers with."""
    assert example["type"] == URN + name
    kind = KINDS[name]
    assert (example["title"], example["status"]) == (kind.title, kind.status)
    assert f"[`{name}`](#{name}) | {example['status']} |" in PAGE.read_text()
