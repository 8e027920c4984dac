"""The commands that only read: a table for people, and JSON for scripts."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from app.accounts.commands import accounts
from app.cli import cli
from app.errors import InvalidInput
from app.keys.commands import keys
from tests.build import SECRET_KEY

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def there(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment of its own, with a database."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("LEMON"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LEMONWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("LEMONWATCH_SECRET_KEY", SECRET_KEY)


def said(app: typer.Typer, *words: str, given: str = "") -> str:
    """Run a command that must end well, and return what it prints."""
    done = CliRunner().invoke(app, words, input=given)
    assert (done.exit_code, done.exception) == (0, None), done.output
    return done.stdout


def items(text: str) -> list[dict[str, Any]]:
    """Read a list."""
    found: list[dict[str, Any]] = json.loads(text)["items"]
    return found


def test_accounts_are_a_table_or_json() -> None:
    """With and without the word `list`; the key is in neither."""
    said(accounts, "add", "partner", "--rpm", "3000", given="sk-secret\n")

    table = said(accounts).splitlines()
    shown = items(said(accounts, "list", "--json"))

    assert [line.split()[:2] for line in table] == [["account", "state"], *(
        [one["name"], one["state"]] for one in shown
    )]  # fmt: skip
    assert {one["name"]: one["rpm"] for one in shown}["partner"] == 3000
    assert items(said(accounts, "--json")) == shown
    assert "sk-secret" not in said(accounts) + said(accounts, "--json")


@pytest.mark.parametrize("command", ["add", "change", "disable", "enable", "test"])
def test_an_account_s_name_is_text(command: str) -> None:
    """What is none is refused in a line."""
    done = CliRunner().invoke(accounts, [command, "a\udcff"], input="sk-secret\n")

    assert isinstance(done.exception, InvalidInput)
    assert done.exception.detail == r"'a\udcff' is no text in UTF-8"


def test_keys_are_a_table_or_json() -> None:
    """With and without the word `list`."""
    key = said(keys, "create", "farm", "--client", "studio").strip()

    table = said(keys).splitlines()
    shown = items(said(keys, "list", "--json"))

    assert [line.split()[0] for line in table] == ["id", *(one["id"] for one in shown)]
    assert items(said(keys, "--json")) == shown
    assert key not in said(keys) + said(keys, "--json")


def test_what_the_doctor_finds_is_a_line_each_or_json() -> None:
    """The same, and as bad: here no account has a key."""
    plain = CliRunner().invoke(cli, ["doctor"])
    found = json.loads(CliRunner().invoke(cli, ["doctor", "--json"]).stdout)

    lines = [line[5:] for line in plain.stdout.splitlines()]
    assert lines == [f"{one['what']}: {one['says']}" for one in found["findings"]]
    assert [one["what"] for one in found["findings"]] == [
        "settings", "database", "clock", "broker", "account", "progress"
    ]  # fmt: skip
    assert found["ok"] == all(one["ok"] for one in found["findings"])
    assert plain.exit_code == (0 if found["ok"] else 1)
    assert "agrees with the database's" in plain.stdout


def test_the_doctor_says_which_setting_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEMONWATCH_PORT", "soon")

    done = CliRunner().invoke(cli, ["doctor", "--json"])

    (only,) = json.loads(done.stdout)["findings"]
    assert (done.exit_code, only["what"], only["ok"]) == (1, "settings", False)
    assert "LEMONWATCH_PORT" in only["says"]
