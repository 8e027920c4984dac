"""`./dev bench` measures in one run; here nothing is judged for speed, and no policy for its delays."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("--scenario=lateness", "--tasks=50", "--warm=1", "--window=2", "--in-flight=20")


def test_one_run_counts_what_each_peer_was_answered(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "polling", "--only=bare,ours", *SHORT]
    done = subprocess.run(
        [*command, f"--json={figures}"], cwd=ROOT, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    measured = {one["peer"]: one for one in json.loads(figures.read_text())["figures"]}
    assert measured.keys() == {"bare", "ours"}
    assert all(one["seen"]["answered"] > 0 for one in measured.values())
    assert all(name in done.stdout for name in ("Lateness: 50 tasks", "ours", "bare"))


def test_without_a_name_it_lists_the_benchmarks() -> None:
    command = [sys.executable, "-m", "benchmarks"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert "polling" in done.stdout + done.stderr
    assert "detection" in done.stdout + done.stderr
    assert "webhooks" in done.stdout + done.stderr
    assert "waiting" in done.stdout + done.stderr
    assert "history" in done.stdout + done.stderr
    assert "register" in done.stdout + done.stderr


def test_one_run_tells_how_late_each_policy_is(tmp_path: Path) -> None:
    figures = tmp_path / "made" / "figures.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "detection",
        "--world=gamma, drift",
        "--tasks=20",
    ]
    done = subprocess.run(
        [*command, f"--json={figures}"], cwd=ROOT, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    rows = [(row["world"], row["policy"]) for row in json.loads(figures.read_text())["rows"]]
    assert rows == [(w, p) for w in ("gamma", "drift") for p in ("fixed", "backoff", "learning")]
    told = [line.split()[:2] for line in done.stdout.splitlines()]
    assert all([world, policy] in told for world, policy in rows)


def test_one_run_tells_what_webhooks_cost_and_how_late_they_are(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    few = (
        "--deliveries=20",
        "--turns=1",
        "--events=20",
        "--rate=20",
        "--dead=0,50",
        "--endpoints=4",
    )
    command = [sys.executable, "-m", "benchmarks", "webhooks", *few]
    done = subprocess.run(
        [*command, f"--json={figures}"], cwd=ROOT, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(figures.read_text())
    posted = {one["peer"]: one["deliveries"] for one in found["posted"]}
    kinds = ("ours, sqlite", "ours, postgresql", "plain, same", "plain, fresh", "plain, kept")
    assert posted == dict.fromkeys(kinds, 20)
    late = {(one["database"], one["dead"]): one for one in found["delays"]}
    assert {key: one["count"] - one["awaited"] for key, one in late.items()} == {
        (database, dead): count
        for database in ("sqlite", "postgresql")
        for dead, count in ((0.0, 20), (0.5, 10))
    }
    assert all(one["hung"] > 0 for (_, dead), one in late.items() if dead)
    assert all(name in done.stdout for name in ("Throughput: 20 deliveries", "Dead receivers"))


def test_one_run_tells_what_those_cost_who_wait(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "waiting", "--waiters=5", "--calm=0.5"]
    done = subprocess.run(
        [*command, f"--json={figures}"], cwd=ROOT, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(figures.read_text())["results"]
    runs = [(database, 5, tasks) for database in ("sqlite", "postgresql") for tasks in (1, 5)]
    assert [(one["database"], one["waiters"], one["tasks"]) for one in found] == runs
    assert all(one["waiting_mb"] > 0 for one in found)
    assert "Waiting: memory of the API process" in done.stdout


def test_one_run_tells_what_looking_up_tasks_costs(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    few = ("--tasks=3000", "--live=500", "--requests=2", "--polls=1")
    command = [sys.executable, "-m", "benchmarks", "history", *few]
    done = subprocess.run(
        [*command, f"--json={figures}"], cwd=ROOT, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(figures.read_text())
    tasks = {(one["question"], one["place"], one["way"]): one["tasks"] for one in found["answers"]}
    for way in ("query", "http"):
        assert tasks["no filter", "far back", way] == 50
        assert tasks["metadata: one task", "newest", way] == 1
        assert tasks["status: 0.1 %", "newest", way] == 3
        assert tasks["finished", "newest", way] == 50
    assert tasks["all", "now", "stats"] == 3500
    assert [one["history"] for one in found["rounds"]] == [3000, 0]
    assert all(
        name in done.stdout for name in ("GET /v1/tasks", "GET /v1/stats", "Polls", "Bounds")
    )


def test_one_run_tells_what_registering_costs_beside_raw_sql_that_writes_the_same_rows(
    tmp_path: Path,
) -> None:
    figures = tmp_path / "figures.json"
    few = ("--size=5", "--batches=2", "--requests=4", "--turns=1", "--clients=2")
    command = [sys.executable, "-m", "benchmarks", "register", *few]
    done = subprocess.run(
        [*command, f"--json={figures}"], cwd=ROOT, capture_output=True, text=True, timeout=170,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    rows = {
        (one["case"]["database"], one["case"]["way"], one["case"]["with_metadata"]): [
            turn["rows"] for side in ("ours", "theirs") for turn in one[side]
        ]
        for one in json.loads(figures.read_text())["results"]
    }
    for database in ("sqlite", "postgresql"):
        for with_metadata, each in ((False, 3), (True, 6)):
            assert rows[database, "batch", with_metadata] == [10 * each] * 2
            assert rows[database, "single", with_metadata] == [4 * each] * 2
            assert rows[database, "again", with_metadata] == [0, 0]
    assert all(name in done.stdout for name in ("POST /v1/tasks/batch", "by CPU", "Bounds"))
