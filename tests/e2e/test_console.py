"""`lemonwatch track` and `tasks` talk to the service that is up."""

import csv
import json
from pathlib import Path

from app.exits import ExitCode
from tests.e2e.service import (
    api_of,
    at_simulator,
    key_in,
    make,
    run,
    running_up,
    simulator_of,
)


def test_a_task_is_tracked_to_its_end_and_listed(tmp_path: Path) -> None:
    """As a table, and as JSON for scripts; the exit code says how it ended."""
    with running_up(tmp_path) as up, at_simulator(simulator_of(up)) as simulator:
        good = make(simulator, seconds=1)["task_id"]
        bad = make(simulator, seconds=1, outcome="failed")["task_id"]
        port = api_of(up).rpartition(":")[2]
        at = {"LEMONWATCH_PORT": port, "LEMONWATCH_API_KEY": key_in(tmp_path)}

        code, said, _ = run("track", good, "--wait", "--metadata", "order=7", folder=tmp_path, **at)
        assert (code, said.splitlines()[0].split()[:2]) == (0, [good, "completed"])
        assert said.splitlines()[1].strip().startswith("http://")
        code, said, _ = run("track", bad, "--wait", "--json", folder=tmp_path, **at)
        assert (code, json.loads(said)["status"]) == (ExitCode.ENDED_OTHERWISE, "failed")

        code, said, _ = run("tasks", folder=tmp_path, **at)
        assert (code, [line.split()[:2] for line in said.splitlines()]) == (
            0, [["task", "status"], [bad, "failed"], [good, "completed"]],
        )  # fmt: skip
        code, said, _ = run("tasks", "--status", "completed", "--json", folder=tmp_path, **at)
        (only,) = map(json.loads, said.splitlines())
        assert (only["task_id"], only["metadata"]) == (good, {"order": "7"})

        code, said, _ = run("tasks", "--csv", "--metadata", "order=7", folder=tmp_path, **at)
        assert [row["task_id"] for row in csv.DictReader(said.splitlines())] == [good]
        assert run("tasks", "--all", folder=tmp_path, **at) == run("tasks", folder=tmp_path, **at)
        code, said, more = run("tasks", "--limit", "1", folder=tmp_path, **at)
        assert (len(said.splitlines()), more) == (2, "")

        code, _, said = run("track", "a/b", folder=tmp_path, **at)
        assert (code, said[:12]) == (ExitCode.UNUSABLE, "lemonwatch: ")


def test_where_nothing_is_up_it_is_said(tmp_path: Path) -> None:
    key = {"LEMONWATCH_PORT": "9", "LEMONWATCH_API_KEY": "lw_somebodys"}

    code, _, said = run("tasks", folder=tmp_path, **key)

    assert (code, said.strip()) == (
        ExitCode.UNREACHABLE, "lemonwatch: Nothing answers at http://127.0.0.1:9: is the service up?"
    )  # fmt: skip
