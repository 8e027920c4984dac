"""`lemonwatch demo`: the tour with a service of its own."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.demo.cast import EVERYBODY
from app.exits import ExitCode
from tests.e2e.service import Command, environment, eventually, running
from tests.e2e.terminal import interrupted_on_terminal, plain

HIDE_CURSOR, SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"


def demo(folder: Path) -> dict[str, str]:
    """Return the settings of a demo whose temporary files are in a folder of their own."""
    (folder / "temporary").mkdir()
    # None of these is the demo's to use.
    others = {"LEMONWATCH_PORT": "8000", "LEMONWATCH_HOME": str(folder), "LEMONDATA_RPM": "1"}
    return {"TMPDIR": str(folder / "temporary"), **others}


def nothing_is_left(folder: Path, url: str) -> bool:
    """Tell whether its files are gone and its service answers no more."""
    try:
        httpx.get(f"{url}/healthz", trust_env=False)
    except httpx.TransportError:
        return not list((folder / "temporary").iterdir())
    return False


def address(command: Command) -> str:
    """Wait until it says where its service is."""
    return command.says(r"^up +(http\S+),")


def test_every_task_of_the_demo_ends_as_it_should_and_is_told_of(tmp_path: Path) -> None:
    """By a webhook each, which verifies; then come history, timeline and figures."""
    with running("demo", folder=tmp_path, **demo(tmp_path)) as command:
        url = address(command)
        command.says(r"^cancelled +(stopped)")
        command.says(r"^webhook +(slow)")
        code, out, err = command.ended(), command.out, command.err

    assert (code, err) == (ExitCode.GOOD, "")
    told = re.findall(r"^webhook +(.+?) +task\.(\w+), signature verified$", out, re.MULTILINE)
    assert sorted(told) == sorted((part.name, part.ends.value) for part in EVERYBODY)
    for title in ("The history:", "The timeline of one:", "The statistics:", "What next:"):
        assert f"\n{title}\n" in out
    assert "8 completed, 1 failed, 1 cancelled" in out
    assert nothing_is_left(tmp_path, url)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_nothing_is_left(tmp_path: Path, number: signal.Signals) -> None:
    """Without a word of complaint, in the middle of it."""
    with running("demo", folder=tmp_path, **demo(tmp_path)) as command:
        url = address(command)
        command.says(r"^registered +(quick)")
        code, err = command.end(number), command.err

    assert (code, err) == (128 + number, "")
    assert nothing_is_left(tmp_path, url)


def test_on_a_terminal_a_table_moves_until_ctrl_c(tmp_path: Path) -> None:
    """Which gives the terminal back as it was."""
    code, shown = interrupted_on_terminal(
        "demo", at="processing", folder=tmp_path, **demo(tmp_path)
    )

    assert code == 128 + signal.SIGINT
    assert re.search(
        r"^task +model +status +looks +next look +verified webhook", plain(shown), re.MULTILINE
    )
    assert shown.rfind(SHOW_CURSOR) > shown.rfind(HIDE_CURSOR) >= 0
    assert not list((tmp_path / "temporary").iterdir())


def test_where_it_is_killed_its_service_ends_by_itself(tmp_path: Path) -> None:
    """And takes its files with it."""
    with running("demo", folder=tmp_path, **demo(tmp_path)) as command:
        url = address(command)
        command.end(signal.SIGKILL)

    assert eventually(lambda: nothing_is_left(tmp_path, url))


def test_a_service_that_is_left_alone_as_it_starts_leaves_nothing(tmp_path: Path) -> None:
    """Before it hears any signal by itself."""
    folder = tmp_path / "demo"
    (folder / "home").mkdir(parents=True)
    settings = {"LEMONWATCH_HOME": str(folder / "home"), "LEMONWATCH_PORT": "0"}

    code = subprocess.call(
        [sys.executable, "-m", "app.demo.served", folder], cwd=tmp_path,
        env=environment(tmp_path, **settings), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        timeout=30,
    )  # fmt: skip

    assert (code, folder.exists()) == (0, False)
