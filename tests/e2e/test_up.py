"""`lemonwatch up`: from the first start to Ctrl-C."""

import re
import shutil
import signal
import socket
import struct
import subprocess
import time
import zlib
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.e2e.service import (
    PATIENCE,
    api_of,
    at_simulator,
    client,
    environment,
    eventually,
    key_in,
    make,
    read,
    run,
    running_up,
    simulator_of,
)
from tests.fakes import Reply, Request, serving


def test_the_first_start_says_where_it_is_and_how_to_call_it(tmp_path: Path) -> None:
    """The API, the key, once, and that LemonData is only simulated."""
    with running_up(tmp_path) as up:
        said = up.out
        api, simulator = api_of(up), simulator_of(up)
        alive = httpx.get(f"{api}/healthz", trust_env=False)

    assert f"Lemonwatch is up: {api}  (reference: {api}/docs)" in said
    assert said.count(key_in(tmp_path)) == 1
    assert "!! LEMONDATA_API_KEY is not set" in said
    assert len(curl_lines(said)) == 3
    assert alive.json() == {"ok": True, "simulator": simulator}


def test_the_lines_it_prints_work_as_they_are_printed(tmp_path: Path) -> None:
    """A task is made, tracked, and stands in the history."""
    assert shutil.which("curl"), "This test needs curl: apt-get install curl."
    with running_up(tmp_path) as up:
        script = "\n".join(["set -euo pipefail", *key_lines(up.out), *curl_lines(up.out)])
        done = subprocess.run(
            ["bash", "-c", script], cwd=tmp_path, env=environment(tmp_path), timeout=PATIENCE,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r'"items":\[\{"task_id":"ldtask_\w+","status":"(p|completed)', done.stdout)


def test_the_key_line_works_for_a_home_with_a_space_in_its_name(tmp_path: Path) -> None:
    """It is quoted for the shell."""
    with running_up(tmp_path, LEMONWATCH_HOME="my lemons/are $here") as up:
        [line] = key_lines(up.out)
        shown = up.says(r"Admin key, .*\n  (\S+)")
        key = subprocess.check_output(
            ["bash", "-c", f'{line}\nprintf %s "$KEY"'], cwd=tmp_path, text=True
        )

    assert key == shown


def test_a_task_goes_from_pending_to_completed_with_pictures_behind_its_urls(
    tmp_path: Path,
) -> None:
    """The pictures are whole PNGs."""
    with running_up(tmp_path, LEMONWATCH_POLL_FLOOR="0.5") as up:
        with at_simulator(simulator_of(up)) as simulator:
            created = make(simulator, seconds=1)
        with client(api_of(up), key_in(tmp_path)) as api:
            first = read(api.post("/v1/tasks", json=created), 201)
            path = f"/v1/tasks/{first['task_id']}"
            last = eventually(lambda: in_status(api, path, "completed"))
        pictures = [httpx.get(image["url"], trust_env=False) for image in last["images"]]

    assert (first["status"], first["images"]) == ("pending", [])
    assert [picture.headers["Content-Type"] for picture in pictures] == ["image/png"]
    assert all(is_whole_png(picture.content) for picture in pictures)


def test_a_second_start_shows_no_key_and_takes_the_old_one(tmp_path: Path) -> None:
    """What was tracked is still there."""
    with running_up(tmp_path) as up:
        key = up.says(r"Admin key, .*\n  (\S+)")
        with client(api_of(up), key) as api:
            read(api.post("/v1/tasks", json={"task_id": "img_1"}), 201)
        up.end(signal.SIGINT)
    with running_up(tmp_path) as up:
        with client(api_of(up), key) as api:
            task = read(api.get("/v1/tasks/img_1"), 200)
        said = up.out + up.err

    assert task["task_id"] == "img_1"
    assert key not in said
    assert "Admin key" not in said


def test_ctrl_c_ends_it_within_five_seconds_whatever_is_open(tmp_path: Path) -> None:
    """A connection that is kept, and a poll that LemonData does not answer."""
    over = Event()

    def never_in_time(_: Request) -> Reply:
        over.wait(PATIENCE)
        return Reply(503)

    with (
        serving(never_in_time) as upstream,
        running_up(tmp_path, **real(upstream.url)) as up,
        client(api_of(up), key_in(tmp_path)) as api,
    ):
        read(api.post("/v1/tasks", json={"task_id": "img_1"}), 201)
        eventually(lambda: upstream.requests)
        began = time.monotonic()
        code = up.end(signal.SIGINT)
        took = time.monotonic() - began
        over.set()
        said = up.err

    assert code == 0
    assert took < 5
    assert "Traceback" not in said


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    """And exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run("up", folder=tmp_path, LEMONWATCH_PORT=str(port))

    assert (code, out) == (2, "")
    assert err.startswith(f"lemonwatch: Cannot listen on 127.0.0.1:{port}: ")
    assert "LEMONWATCH_PORT" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("part", ["api", "worker", "beat"])
def test_a_part_alone_refuses_a_broker_that_nobody_shares(tmp_path: Path, part: str) -> None:
    """It says why, and what to do."""
    code, out, err = run(part, folder=tmp_path, LEMONWATCH_PORT="0")

    assert (code, out) == (2, "")
    assert err.startswith(f"lemonwatch: `lemonwatch {part}` alone needs a broker")
    assert "Set LEMONWATCH_BROKER_URL" in err
    assert err.count("\n") == 1


def test_with_a_key_it_asks_lemondata_and_starts_no_simulator(tmp_path: Path) -> None:
    """At LEMONDATA_BASE_URL, with LEMONDATA_API_KEY."""
    done = b'{"status": "completed", "data": [{"url": "https://cdn.example/1.png"}]}'
    with (
        serving(lambda _: Reply(body=done)) as upstream,
        running_up(tmp_path, **real(upstream.url)) as up,
        client(api_of(up), key_in(tmp_path)) as api,
    ):
        read(api.post("/v1/tasks", json={"task_id": "img_1"}), 201)
        task = eventually(lambda: in_status(api, "/v1/tasks/img_1", "completed"))
        alive = read(api.get("/healthz"), 200)
        said = up.out

    assert [image["url"] for image in task["images"]] == ["https://cdn.example/1.png"]
    [request] = upstream.requests
    assert request.path == "/v1/images/generations/img_1"
    assert request.headers["authorization"] == "Bearer sk-real"
    assert alive["simulator"] is None
    assert "SIMULATOR" not in said
    assert len(curl_lines(said)) == 3


def real(url: str) -> dict[str, str]:
    """Settings with which the service asks LemonData, which is here."""
    key, floor = {"LEMONDATA_API_KEY": "sk-real"}, {"LEMONWATCH_POLL_FLOOR": "0.5"}
    return {"LEMONDATA_BASE_URL": url, **key, **floor}


def key_lines(said: str) -> list[str]:
    """Pick the line that puts the key into a variable."""
    return re.findall(r"^ *(KEY=.*)$", said, re.MULTILINE)


def curl_lines(said: str) -> list[str]:
    """Pick the lines to try."""
    return re.findall(r"^ *(curl .*)$", said, re.MULTILINE)


def in_status(api: httpx.Client, path: str, status: str) -> dict[str, list[dict[str, str]]]:
    """Return the task once it is in this status, else nothing."""
    task = read(api.get(path), 200)
    return task if task["status"] == status else {}


def is_whole_png(data: bytes) -> bool:
    """Tell whether every chunk is there and unspoilt, up to the last."""
    head, data = data[:8], data[8:]
    names = []
    while data:
        size = struct.unpack(">I", data[:4])[0]
        names.append(data[4:8])
        if zlib.crc32(data[4 : 8 + size]) != struct.unpack(">I", data[8 + size : 12 + size])[0]:
            return False
        data = data[12 + size :]
    return head == b"\x89PNG\r\n\x1a\n" and names[0] == b"IHDR" and names[-1] == b"IEND"
