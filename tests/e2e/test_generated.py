"""A client generated from the OpenAPI document: what it is told, it can be trusted with."""

import subprocess
import sys
from pathlib import Path

import httpx

from tests.e2e.service import (
    PATIENCE,
    api_of,
    at_simulator,
    environment,
    key_in,
    make,
    running_up,
    simulator_of,
)

# Types and all: mypy reads it before Python does.
SCRIPT = """
import sys
import time
from datetime import datetime

from lemonwatch_client import AuthenticatedClient
from lemonwatch_client.api.events import list_events
from lemonwatch_client.api.history import read_task, read_timeline
from lemonwatch_client.api.tasks import register_task
from lemonwatch_client.models import EventData, EventList, Problem, RegisterTask, Status, TaskOut, Timeline

url, key, task_id = sys.argv[1:]
with AuthenticatedClient(base_url=url, token=key) as client:
    refused = register_task.sync(client=client, body=RegisterTask(task_id="no/id"))
    assert isinstance(refused, Problem) and refused.status == 422
    pointers: list[str] = [one.pointer for one in refused.errors or []]
    assert pointers == ["/task_id"]

    task = register_task.sync(client=client, body=RegisterTask(task_id=task_id, priority=2))
    for _ in range(600):
        assert isinstance(task, TaskOut)
        if task.status not in {Status.PENDING, Status.PROCESSING}:
            break
        time.sleep(0.1)
        task = read_task.sync(task_id, client=client)
    assert isinstance(task, TaskOut)
    ended: datetime | None = task.finished_at
    assert ended is not None and task.status is Status.COMPLETED

    timeline = read_timeline.sync(task_id, client=client)
    assert isinstance(timeline, Timeline) and timeline.items[0].what == "registered"

    events = list_events.sync(client=client, wait=30)
    assert isinstance(events, EventList)
    (event,) = events.items
    assert isinstance(event.data, EventData) and event.data.task_version == task.version
    print(event.type_, task.images[0].url)
"""


def test_a_generated_client_tracks_a_task_to_its_end(tmp_path: Path) -> None:
    """It is refused, registers, reads, and fetches the event, in types that mypy believes."""
    with running_up(tmp_path) as up, at_simulator(simulator_of(up)) as simulator:
        api, key = api_of(up), key_in(tmp_path)
        generate(tmp_path, httpx.get(f"{api}/openapi.json", trust_env=False).text)
        (tmp_path / "track.py").write_text(SCRIPT)
        called(tmp_path, "mypy", "--strict", "--follow-imports=silent", "track.py")
        task_id = make(simulator, seconds=0.5)["task_id"]
        said = called_script(tmp_path, api, key, task_id)

    assert said.startswith("task.completed http")


def generate(folder: Path, document: str) -> None:
    """Generate the client; whatever of the document it cannot read is an error."""
    (folder / "openapi.json").write_text(document)
    (folder / "config.yml").write_text("post_hooks: []\n")
    called(
        folder, "openapi_python_client", "generate", "--path=openapi.json", "--config=config.yml",
        "--meta=none", "--output-path=lemonwatch_client", "--fail-on-warning",
    )  # fmt: skip


def called_script(folder: Path, *arguments: str) -> str:
    """Run the script, and return what it prints."""
    return _run(folder, "track.py", *arguments)


def called(folder: Path, module: str, *arguments: str) -> str:
    """Run a module of Python's, and return what it prints."""
    return _run(folder, "-m", module, *arguments)


def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment(folder), timeout=PATIENCE,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
