"""The doctor says what is wrong once, where it is, and always in the form that was asked for."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the data folder is to be, which nothing else is set beside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEMONWATCH_DATABASE_URL", raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("LEMONWATCH_HOME", str(home))
    return home


def test_a_data_folder_that_cannot_be_made_is_a_finding(home: Path) -> None:
    home.touch()

    done = CliRunner().invoke(cli, ["doctor", "--json"])

    (only,) = json.loads(done.stdout)["findings"]
    assert (done.exit_code, only["what"], only["ok"]) == (1, "settings", False)
    assert str(home) in only["says"]
    assert only["says"].endswith("check LEMONWATCH_HOME")


@pytest.mark.usefixtures("home")
def test_what_is_in_a_database_is_not_looked_at_before_it_is_in_order() -> None:
    """Only one of them is to be seen to, and it is said how."""
    done = CliRunner().invoke(cli, ["doctor"])

    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("BAD")] == [
        "BAD  database: run `lemonwatch migrate`",
        "BAD  account: not looked at before the database is in order",
        "BAD  progress: not looked at before the database is in order",
    ]
