"""`lemonwatch simulate` answers in a table or as JSON, and refuses in one line what it cannot use."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from app.cli import cli
from app.db.session import Database
from app.errors import LemonwatchError
from app.replay.durations import Duration
from app.replay.past import past_durations
from app.tasks.status import Status
from tests.build import NOW, SECOND, SECRET_KEY, make_task
from tests.unit.replay.replaying import lognormals

FIGURES = {"tasks", "delay", "polls_per_task", "product", "bound"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and an environment of its own."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("LEMON"):
            monkeypatch.delenv(name)


@pytest.fixture
def durations() -> Path:
    """A file of forty tasks of two models, where the test stands."""
    file = Path("durations.csv")
    rows = [f"m{place % 2},{one.seconds}\n" for place, one in enumerate(lognormals(40, median=12))]
    file.write_text("model,seconds\n" + "".join(rows))
    return file


def simulate(*options: str | Path, **environment: str) -> Result:
    """Run the command where the test stands."""
    return CliRunner().invoke(cli, ["simulate", *map(str, options)], env=environment)


def printed(done: Result) -> dict[str, Any]:
    """Read the JSON, which is all that may be printed."""
    assert (done.exit_code, done.stderr, done.exception) == (0, "", None)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("policy", ["learning", "fixed", "backoff"])
def test_json_has_the_promised_shape(durations: Path, policy: str) -> None:
    found = printed(simulate("--durations", durations, "--policy", policy, "--json"))

    assert found.keys() == FIGURES | {"policy", "budget_used", "models"}
    assert found["models"].keys() == {"m0", "m1"}
    assert {"policy": found["policy"], "tasks": found["tasks"]} == {"policy": policy, "tasks": 20}
    for figures in (found, *found["models"].values()):
        assert figures.keys() >= FIGURES
        assert figures["delay"].keys() == {"mean", "p50", "p95"}
        assert 0 <= figures["delay"]["p50"] <= figures["delay"]["p95"] <= 30
    assert 0 < found["budget_used"] <= 1


def test_a_table_and_charts_are_for_people_and_a_picture_too(durations: Path) -> None:
    done = simulate("--durations", durations, "--policy=fixed", "--interval=4", "--svg=a.svg")

    assert (done.exit_code, done.stderr) == (0, "")
    assert "policy fixed: detection delay in seconds" in done.stdout
    assert "tasks by detection delay" in done.stdout
    assert ET.parse("a.svg").getroot().tag.endswith("svg")


def test_what_is_not_said_is_as_the_settings_say(durations: Path) -> None:
    said = simulate("--durations", durations, "--policy=fixed", "--floor=7", "--rpm=60", "--json")
    settings = {
        "LEMONWATCH_POLICY": "fixed", "LEMONWATCH_POLL_FLOOR": "7", "LEMONDATA_RPM": "60",
    }  # fmt: skip

    assert printed(simulate("--durations", durations, "--json", **settings)) == printed(said)


def test_a_short_cap_alone_lets_the_floor_give_way(durations: Path) -> None:
    options = ("--durations", durations, "--cap=2", "--rpm=100000", "--json")

    assert printed(simulate(*options))["delay"]["mean"] < 1.5


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "say whence the durations come: --durations FILE or --from-history"),
        (("--durations=durations.csv", "--from-history"), "say whence the durations come"),
        (("--durations=gone.csv",), "gone.csv cannot be read: No such file or directory"),
        (("--durations=one.csv",), "one.csv has 1 finished tasks: give two or more"),
        (("--durations=bad.csv",), "bad.csv, line 3: give seconds from 0 to 86400"),
        (("--durations=durations.csv", "--policy=learning", "--interval=4"), "--interval is for"),
        (
            ("--durations=durations.csv", "--floor=9", "--cap=8"),
            "9 s, must not be above --cap, 8 s",
        ),
        (("--durations=durations.csv", "--svg=no/a.svg"), "no/a.svg cannot be written: No such"),
        (("--durations=durations.csv", "--svg=."), ". cannot be written: Is a directory"),
        (("--from-history",), "run `lemonwatch migrate` first"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_line(
    durations: Path, options: tuple[str, ...], why: str
) -> None:
    """And nothing is printed that could be taken for an answer."""
    durations.with_name("one.csv").write_text("model,seconds\na,1\n")
    durations.with_name("bad.csv").write_text("model,seconds\na,1\na,-1\n")

    done = simulate(*options)

    assert done.stdout == ""
    assert isinstance(done.exception, LemonwatchError)
    assert "\n" not in done.exception.detail
    assert why in done.exception.detail


def test_a_refusal_is_one_line_and_exit_code_two(durations: Path) -> None:
    command = "from app.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "simulate", "--durations", durations, "--svg=no/a.svg"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "lemonwatch: no/a.svg cannot be written: No such file or directory\n"


@pytest.mark.parametrize("option", ["--arrivals-per-minute", "--floor", "--cap", "--interval"])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "0", "1e9", "soon"])
def test_numbers_that_are_none_or_out_of_bounds_are_refused(
    durations: Path, option: str, value: str
) -> None:
    done = simulate("--durations", durations, "--policy=fixed", f"{option}={value}")

    assert (done.exit_code, done.stdout) == (2, "")
    assert f"'{option}'" in done.stderr


def test_the_history_of_a_database_is_replayed(database: Database, database_url: str) -> None:
    with database.writing() as session:
        for number in range(12):
            _end(session, f"img_{number}", 10 + number)

    settings = {"LEMONWATCH_DATABASE_URL": database_url, "LEMONWATCH_SECRET_KEY": SECRET_KEY}
    found = printed(simulate("--from-history", "--json", **settings))

    assert found["tasks"] == 6
    assert found["models"].keys() == {"flux-pro"}


def test_a_history_without_two_ends_is_told(database: Database, database_url: str) -> None:
    with database.writing() as session:
        _end(session, "img_1", 10)
        make_task(session, "img_2")

    settings = {"LEMONWATCH_DATABASE_URL": database_url, "LEMONWATCH_SECRET_KEY": SECRET_KEY}
    done = simulate("--from-history", **settings)

    assert isinstance(done.exception, LemonwatchError)
    assert "the history has 1 finished tasks: give two or more" in done.exception.detail


def test_a_task_of_the_past_took_until_the_middle_of_where_it_was_seen_to_end(
    database: Database,
) -> None:
    """Oldest first; those that did not end by themselves are left out."""
    with database.writing() as session:
        _end(session, "img_1", 10, model="a")
        _end(session, "img_2", 20, model=None, status=Status.FAILED)
        _end(session, "img_3", 30, status=Status.CANCELLED)
        _end(session, "img_4", 30, status=Status.TIMED_OUT)
        make_task(session, "img_5")
        make_task(
            session, "img_6", status=Status.COMPLETED, created_at=NOW, not_before=None,
            not_after=NOW + 8 * SECOND, finished_at=NOW + 8 * SECOND,
        )  # fmt: skip

    found = past_durations(database)

    assert found == [Duration("a", 10), Duration("", 20), Duration("flux-pro", 4)]


def _end(
    session: Session,
    name: str,
    seconds: float,
    *,
    status: Status = Status.COMPLETED,
    model: str | None = "flux-pro",
) -> None:
    """Store a task that was seen to end within two seconds around this age."""
    ended = NOW + timedelta(seconds=seconds)
    make_task(
        session, name, model=model, status=status, created_at=NOW, not_before=ended - SECOND,
        not_after=ended + SECOND, finished_at=ended + SECOND,
    )  # fmt: skip
