"""`lemonwatch demo`: the tour beside a running service."""

import re
from pathlib import Path

from tests.e2e.service import api_of, run, running_up
from tests.servers.process import free_port


def test_the_demo_sees_four_webhooks_verified(tmp_path: Path) -> None:
    """One for each of its tasks, which all end as they should."""
    with running_up(tmp_path) as up:
        port = api_of(up).rpartition(":")[2]
        code, out, err = run("demo", folder=tmp_path, LEMONWATCH_PORT=port)

    assert (code, err) == (0, "")
    told = re.findall(r"^webhook +(.+?) +(task\.\w+), signature verified$", out, re.MULTILINE)
    assert sorted(told) == [
        ("quick", "task.completed"),
        ("refused", "task.failed"),
        ("slow", "task.completed"),
        ("two images", "task.completed"),
    ]
    assert out.endswith("All as it should be.\n")


def test_the_demo_without_a_service_says_what_to_start(tmp_path: Path) -> None:
    """In one line, with exit code 2."""
    port = free_port()
    code, out, err = run("demo", folder=tmp_path, LEMONWATCH_PORT=str(port))

    assert (code, out) == (2, "")
    where = f"http://127.0.0.1:{port}"
    assert err == f"lemonwatch: Nothing answers at {where}: start `./dev run` first.\n"
