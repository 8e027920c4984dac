"""What each exit code means is said once, and the README says the same."""

import re
from pathlib import Path

import pytest

from app.errors import (
    Forbidden,
    InvalidInput,
    LemonwatchError,
    Misconfigured,
    NotAuthenticated,
    NotFound,
    Unreachable,
    Unresolved,
)
from app.exits import MEANS, TABLE, ExitCode, exit_code

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LemonwatchError(), 1),
        (Misconfigured(), 2),
        (InvalidInput("no"), 2),
        (Unresolved("no"), 2),  # As the class above it.
        (NotFound(), 2),
        (Unreachable(), 3),
        (NotAuthenticated(), 4),
        (Forbidden(), 4),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_stops_a_command_has_a_code(error: LemonwatchError, code: int) -> None:
    assert exit_code(error) == code


def test_the_readme_and_the_help_say_what_each_code_means() -> None:
    """In the same words."""
    rows = re.findall(r"^\| (\d) \| (.*) \|$", README.read_text(), re.MULTILINE)

    assert rows == [(str(int(code)), MEANS[code]) for code in ExitCode]
    assert all(f"{code:d}  {means}" in TABLE for code, means in MEANS.items())
