"""The commands of docker-compose.yml as plain processes, on a real PostgreSQL and a real Redis."""

import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.parts import calling, settings_on
from tests.e2e.receiver import receiving
from tests.e2e.service import (
    Command,
    all_ended,
    at_simulator,
    eventually,
    make,
    read,
    run,
    running,
    running_simulator,
)
from tests.fakes import Reply, Request, serving
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port
from tests.servers.redis import RedisServer

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
OUTCOMES = ("completed", "completed", "failed", "cancelled")


@pytest.fixture
def shared(postgres_server: PostgresServer, redis_server: RedisServer) -> Iterator[dict[str, str]]:
    """Settings that every part has: an empty database, and a corner of a Redis."""
    database = postgres_server.create_database()
    with settings_on(database, redis_server) as settings:
        yield settings
    postgres_server.drop_database(database)


def test_the_parts_of_compose_follow_every_task_to_its_end(
    tmp_path: Path, shared: dict[str, str]
) -> None:
    """Two workers and two beats among them: each end is recorded once, and told under one id."""
    commands = compose_commands()
    port = str(free_port())
    with receiving() as receiver, ExitStack() as parts:
        simulator_url = parts.enter_context(running_simulator(tmp_path, latency=0.1))
        settings = shared | {"LEMONDATA_BASE_URL": simulator_url, "LEMONWATCH_PORT": port}
        migrated = run(*commands["migrate"], folder=tmp_path, **settings)

        def start(service: str) -> Command:
            return parts.enter_context(running(*commands[service], folder=tmp_path, **settings))

        started = [start(name) for name in ("api", "worker", "worker", "beat", "beat")]
        api = parts.enter_context(calling(port))
        with at_simulator(simulator_url) as simulator, ThreadPoolExecutor(8) as hands:
            expected = dict(
                hands.map(lambda n: register(n, simulator, api, receiver.url), range(40))
            )
        tasks = eventually(lambda: all_ended(api))
        eventually(lambda: len(receiver.ids()) == len(tasks), what="a webhook for each")
        ends = {task: ends_of(api, task) for task in tasks}
        diagnosis = run(*commands["doctor"], folder=tmp_path, **settings)
        events = receiver.verified(read(api.get("/v1/me/webhook-secret"), 200)["secret"])
        logs = "".join(part.err for part in started)

    assert migrated == (0, "The database is up to date.\n", "")
    assert {task: tasks[task]["status"] for task in tasks} == expected
    assert ends == {task: [status] for task, status in expected.items()}
    assert {task: events[task]["type"] for task in events} == {
        task: f"task.{status}" for task, status in expected.items()
    }
    assert all(len(ids) == 1 for ids in receiver.ids().values())
    assert diagnosis[0] == 0, diagnosis
    assert [line[:4] for line in diagnosis[1].splitlines()] == ["ok  "] * 6
    assert "Traceback" not in logs


def test_the_parts_end_cleanly_when_they_are_told_to(
    tmp_path: Path, shared: dict[str, str]
) -> None:
    """As Compose tells them, by SIGTERM, also while LemonData takes its time to answer."""

    def slowly(_: Request) -> Reply:
        time.sleep(3)
        return Reply(503)

    port = str(free_port())
    with serving(slowly) as upstream, ExitStack() as parts:
        settings = shared | {"LEMONDATA_BASE_URL": upstream.url, "LEMONWATCH_PORT": port}
        run("migrate", folder=tmp_path, **settings)
        started = {
            name: parts.enter_context(running(name, folder=tmp_path, **settings))
            for name in ("api", "worker", "beat")
        }
        api = parts.enter_context(calling(port))
        read(api.post("/v1/tasks", json={"task_id": "img_1"}), 201)
        eventually(lambda: upstream.requests, what="a poll")
        codes = {name: started[name].end(signal.SIGTERM) for name in ("worker", "beat")}
        task = read(api.get("/v1/tasks/img_1"), 200)
        codes["api"] = started["api"].end(signal.SIGTERM)
        logs = "".join(part.err for part in started.values())

    assert codes == {"worker": 0, "beat": 0, "api": 0}
    assert (len(upstream.requests), task["polls"]) == (1, 1), "the answer was not waited for"
    assert "Traceback" not in logs


@pytest.mark.parametrize("part", ["api", "worker"])
def test_a_part_refuses_a_database_that_was_not_migrated(
    tmp_path: Path, shared: dict[str, str], part: str
) -> None:
    """It says which command comes first."""
    code, out, err = run(part, folder=tmp_path, **shared, LEMONWATCH_PORT="0")

    assert (code, out) == (2, "")
    assert err == ("lemonwatch: The database is not up to date: run `lemonwatch migrate` first.\n")


def compose_commands() -> dict[str, list[str]]:
    """Read what each service of ours runs, and what the health checks run."""
    text = COMPOSE.read_text()
    found = re.findall(
        r"^  (\w+):\n    <<: .*\n(?:    .*\n)*?    command: \[(.*)\]$", text, re.MULTILINE
    )
    commands = {name: words.split(", ") for name, words in found}
    doctor = re.search(r"^x-doctor: .*\n  test: \[CMD, lemonwatch, (.*)\]$", text, re.MULTILINE)
    assert set(commands) == {"migrate", "api", "worker", "beat"}
    assert doctor
    return commands | {"doctor": doctor[1].split(", ")}


def register(number: int, simulator: Any, api: Any, webhook_url: str) -> tuple[str, str]:
    """Make a task and hand it over; return its id, and how it should end."""
    outcome = OUTCOMES[number % len(OUTCOMES)]
    created = make(simulator, seconds=1 + number % 5, outcome=outcome)
    task = read(api.post("/v1/tasks", json={**created, "webhook_url": webhook_url}), 201)
    return task["task_id"], outcome


def ends_of(api: Any, task_id: str) -> list[str]:
    """List the ends that are in a task's timeline; there should be one."""
    items = read(api.get(f"/v1/tasks/{task_id}/timeline"), 200)["items"]
    return [item["what"] for item in items if item["what"] in OUTCOMES]
