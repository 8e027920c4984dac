"""`lemonwatch prune` deletes what ended long ago, says what went and what stays, and can only count."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from app.cli import cli
from app.clock import utc_now
from app.errors import LemonwatchError
from app.outbox.states import DeliveryState
from app.process.process import Process
from tests.build import NOW, SECRET_KEY
from tests.pruning import ended, has_endpoint, names


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and an environment of its own."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("LEMON"):
            monkeypatch.delenv(name)


@pytest.fixture
def old(process: Process) -> None:
    """Two tasks that ended long ago, one that did and is still owed, and one that ended just now."""
    has_endpoint(process)
    ended(process, "img_1", "img_2", at=utc_now() - timedelta(days=91))
    ended(process, "img_owed", at=utc_now() - timedelta(days=91), state=DeliveryState.HELD)
    ended(process, "img_young", at=utc_now())


def pruning(process: Process, *options: str, **settings: str) -> Result:
    """Run the command on the test's database."""
    url = process.database.engine.url.render_as_string(hide_password=False)
    settings |= {"LEMONWATCH_DATABASE_URL": url, "LEMONWATCH_SECRET_KEY": SECRET_KEY}
    with capture_logs():  # They go elsewhere: to standard error.
        return CliRunner().invoke(cli, ["prune", *options], env=settings)


@pytest.mark.usefixtures("old")
def test_what_is_old_goes_and_it_is_said_what(process: Process) -> None:
    done = pruning(process, "--older-than", "90d")

    assert (done.exit_code, done.stdout) == (
        0,
        "2 tasks, 2 events and 2 deliveries went\n1 kept though as old: 1 still to be delivered\n",
    )
    assert names(process.database) == ["img_owed", "img_young"]


@pytest.mark.usefixtures("old")
def test_a_dry_run_only_counts(process: Process) -> None:
    done = pruning(process, "--older-than=2w", "--dry-run")

    assert done.stdout.startswith("2 tasks, 2 events and 2 deliveries would go\n")
    assert len(names(process.database)) == 4


@pytest.mark.usefixtures("old")
def test_json_is_for_scripts(process: Process) -> None:
    done = pruning(process, "--older-than=2160h", "--json")

    said = json.loads(done.stdout)
    before = said.pop("before")
    assert NOW.isoformat()[:2] == before[:2]
    assert said == {
        "dry_run": False, "tasks": 2, "events": 2, "deliveries": 2,
        "kept": {"undelivered": 1, "recovering": 0, "watched": 0, "busy": 0},
    }  # fmt: skip


@pytest.mark.usefixtures("old")
def test_where_nothing_is_said_it_goes_by_the_settings(process: Process) -> None:
    done = pruning(process, LEMONWATCH_RETENTION="90")

    assert done.exit_code == 0
    assert names(process.database) == ["img_owed", "img_young"]


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "Say how old: --older-than 90d, or set LEMONWATCH_RETENTION."),
        (("--older-than", "90"), "give an age such as 90d, 12h or 2w, not '90'"),
        (("--older-than", "0d"), "an age is more than 0, and at most a hundred years"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line_and_nothing_goes(
    process: Process, options: tuple[str, ...], why: str
) -> None:
    done = pruning(process, *options)

    assert isinstance(done.exception, LemonwatchError)
    assert done.exception.detail == why
    assert len(names(process.database)) == 4
