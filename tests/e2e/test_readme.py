"""The README's own examples, run as they stand.

A block fenced as `sh run` is run; one fenced as `text expect` after it lists, a line each, what must
have been printed by then.
"""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.service import PATIENCE, api_of, environment, running_up, simulator_of

README = Path(__file__).parents[2] / "README.md"
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "--- here ends a block of the README ---"


@dataclass
class Example:
    """A script, and what must have been printed when it has run."""

    script: str
    expected: list[str] = field(default_factory=list)


def test_the_readme_does_what_it_says(tmp_path: Path) -> None:
    """Every example, in order, in one shell, beside a running service."""
    examples = examples_in(README.read_text())
    with running_up(tmp_path) as up:
        places = {"http://127.0.0.1:8000": api_of(up), "http://127.0.0.1:8001": simulator_of(up)}
        said = play(examples, tmp_path, place=lambda script: moved(script, places))

    assert missing(examples, said) == []


def test_what_an_example_does_not_print_is_found_missing(tmp_path: Path) -> None:
    """What a later one prints comes too late."""
    examples = examples_in(
        "```sh\nexit 1\n```\n"
        "```sh run\nfruit=lemon\n```\n\n```text expect\nlemon\n```\n"
        "```sh run\necho a $fruit >&2\n```\n```text expect\na lemon\n\nan orange\n```\n"
    )

    said = play(examples, tmp_path)

    assert missing(examples, said) == ["lemon", "an orange"]


def test_an_example_that_fails_is_shown(tmp_path: Path) -> None:
    """Also in the middle of a pipe, or for a variable that is not set."""
    for script in ("false | cat", "echo $fruit", "false"):
        with pytest.raises(AssertionError, match="the README's examples end with 1"):
            play([Example(f"{script}\n")], tmp_path)


def test_a_readme_without_examples_is_no_proof() -> None:
    """It says what is missing."""
    with pytest.raises(AssertionError, match="no block fenced as `sh run`"):
        examples_in("# Lemonwatch\n\n```sh\n./dev run\n```\n")


def examples_in(readme: str) -> list[Example]:
    """Pick the examples in order."""
    examples: list[Example] = []
    for info, text in FENCE.findall(readme):
        if info == "sh run":
            examples.append(Example(text))
        elif info == "text expect":
            assert examples, "the README expects something before its first example"
            examples[-1].expected += [line.strip() for line in text.splitlines() if line.strip()]
    assert examples, "the README has no block fenced as `sh run`: nothing of it is proved"
    return examples


def play(examples: list[Example], folder: Path, *, place: Callable[[str], str] = str) -> list[str]:
    """Run all in one shell; return what had been printed at the end of each."""
    scripts = [f"{place(example.script)}\nprintf '\\n%s\\n' '{MARK}'" for example in examples]
    done = subprocess.run(
        ["bash", "-c", "\n".join(["set -euo pipefail", *scripts])], cwd=folder,
        env=environment(folder), timeout=2 * PATIENCE, check=False, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, f"the README's examples end with {done.returncode}: {done.stdout}"
    parts = done.stdout.split(MARK)
    return ["".join(parts[:number]) for number in range(1, len(parts))]


def moved(script: str, places: dict[str, str]) -> str:
    """Put the real addresses in place of the README's."""
    for written, real in places.items():
        script = re.sub(rf"{re.escape(written)}\b", real, script)
    return script


def missing(examples: list[Example], said: list[str]) -> list[str]:
    """List what should have been printed and was not."""
    both = zip(examples, said, strict=True)
    return [line for example, so_far in both for line in example.expected if line not in so_far]
