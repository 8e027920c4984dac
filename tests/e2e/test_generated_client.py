"""A typed client, generated from a running service's OpenAPI document as the README says."""

import os
import re
import subprocess
import sys
from pathlib import Path

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

README = Path(__file__).parents[2] / "README.md"
GENERATOR = Path(sys.prefix).with_name(".venv-client") / "bin"

# mypy reads it before Python does.
TRACK = """
import sys
import time
from datetime import datetime

from lemonwatch_client import AuthenticatedClient
from lemonwatch_client.api.events import list_events
from lemonwatch_client.api.history import list_tasks, read_task, read_timeline
from lemonwatch_client.api.tasks import register_task
from lemonwatch_client.models import (
    EventData,
    EventList,
    Problem,
    RegisterTask,
    Status,
    TaskList,
    TaskOut,
    Timeline,
)

url, key, task_id = sys.argv[1:]
with AuthenticatedClient(base_url=url, token=key) as client:
    refused = register_task.sync(client=client, body=RegisterTask(task_id="no/id"))
    assert isinstance(refused, Problem) and refused.status == 422
    pointers: list[str] = [one.pointer for one in refused.errors or []]
    assert pointers == ["/task_id"]

    unknown = read_task.sync(task_id, client=client)
    assert isinstance(unknown, Problem) and unknown.status == 404
    assert unknown.type_ == "urn:lemonwatch:problem:not-found"

    task = register_task.sync(client=client, body=RegisterTask(task_id=task_id, priority=2))
    for _ in range(600):
        assert isinstance(task, TaskOut)
        if task.status not in {Status.PENDING, Status.PROCESSING}:
            break
        time.sleep(0.1)
        task = read_task.sync(task_id, client=client, wait=5)
    assert isinstance(task, TaskOut)
    ended: datetime | None = task.finished_at
    assert ended is not None and task.status is Status.COMPLETED

    page = list_tasks.sync(client=client, status=[Status.COMPLETED], limit=5)
    assert isinstance(page, TaskList) and page.items == [task]

    timeline = read_timeline.sync(task_id, client=client)
    assert isinstance(timeline, Timeline) and timeline.items[0].what == "registered"

    events = list_events.sync(client=client, wait=30)
    assert isinstance(events, EventList)
    (event,) = events.items
    assert isinstance(event.data, EventData) and event.data.task_version == task.version

    print(event.type_, *(image.url for image in task.images))
"""


def test_a_generated_client_tracks_a_task_to_its_end(tmp_path: Path) -> None:
    """It is refused, registers, waits, lists and fetches the event, in types that mypy believes."""
    with running_up(tmp_path) as up, at_simulator(simulator_of(up)) as simulator:
        api, key = api_of(up), key_in(tmp_path)
        package = generate(tmp_path, api)
        (package / "track.py").write_text(TRACK)
        python = GENERATOR / "python"
        mypy = (sys.executable, "-m", "mypy", "--strict", f"--python-executable={python}")
        run(package, *mypy, "track.py", "lemonwatch_client")
        task_id = make(simulator, seconds=0.5)["task_id"]
        said = run(package, python, "track.py", api, key, task_id)

    assert re.fullmatch(r"task\.completed( https?://\S+)+\n", said)


def generate(folder: Path, api: str) -> Path:
    """Generate by the README's own command; whatever of the document it cannot use is an error."""
    assert GENERATOR.exists(), f"{GENERATOR.parent} is missing: ./dev test makes it"
    (written,) = re.findall(r"`openapi-python-client (generate .*?)`", README.read_text())
    arguments = written.replace("http://127.0.0.1:8000", api).split()
    run(folder, GENERATOR / "openapi-python-client", *arguments, "--fail-on-warning")
    return folder / "lemonwatch-client"


def run(folder: Path, *command: str | Path) -> str:
    """Run a program beside the generator's to its end, and return what it prints."""
    path = f"{GENERATOR}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        command, cwd=folder, env=environment(folder) | {"PATH": path}, timeout=PATIENCE,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
