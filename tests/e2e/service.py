"""Lemonwatch as people run it: its commands as processes of their own, called over HTTP."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.servers.process import _ending_with

BIN = Path(sys.executable).parent
PATIENCE = 60.0  # Seconds that anything may take on a machine that is very busy.
OURS = ("LEMONWATCH_", "LEMONDATA_")
LOOPBACK = "127.0.0.0/8"
FINAL = {"completed", "failed", "not_found", "cancelled", "timed_out"}

T = TypeVar("T")


def eventually(look: Callable[[], T], *, patience: float = PATIENCE, what: str = "") -> T:
    """Look until there is something to see, and return it."""
    deadline = time.monotonic() + patience
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what or seen}"
        time.sleep(0.05)
    return seen


class Command:
    """One run of `lemonwatch …` in a folder; it never outlives the thread that started it."""

    def __init__(self, arguments: Sequence[str], folder: Path, settings: dict[str, str]) -> None:
        """Start it with these settings and no others."""
        number = len(list(folder.glob("*.out")))
        self._out = folder / f"{number}-{arguments[0]}.out"
        self._err = self._out.with_suffix(".err")
        with self._out.open("xb") as out, self._err.open("xb") as err:
            self._child = subprocess.Popen(
                [BIN / "lemonwatch", *arguments],
                cwd=folder,
                env=environment(folder, **settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,  # Ctrl-C is for pytest.
                preexec_fn=_ending_with(os.getpid(), signal.SIGKILL),  # noqa: PLW1509 - only prctl
            )

    @property
    def out(self) -> str:
        """What it has printed so far."""
        return self._out.read_text()

    @property
    def err(self) -> str:
        """What it has logged so far."""
        return self._err.read_text()

    def ended(self) -> int:
        """Wait until it ends, and return its exit code."""
        return self._child.wait(PATIENCE)

    def end(self, number: signal.Signals) -> int:
        """Send it a signal, and return its exit code."""
        self._child.send_signal(number)
        return self.ended()

    def says(self, pattern: str) -> str:
        """Wait until it prints what the pattern's group catches, and return that."""

        def look() -> re.Match[str] | None:
            code = self._child.poll()
            if (found := re.search(pattern, self.out, re.MULTILINE)) is None:
                assert code is None, f"{self._out.stem} ended, {code}: {self.out}{self.err}"
            return found

        found = eventually(look, what=f"{self._out.stem} says {pattern}")
        return found[1] if found else ""

    def ensure_ended(self) -> None:
        """Kill it if it still runs."""
        self._child.kill()
        self._child.wait()


@contextmanager
def running(*arguments: str, folder: Path, **settings: str) -> Iterator[Command]:
    """Run a command in a folder until the block ends."""
    command = Command(arguments, folder, settings)
    try:
        yield command
    finally:
        command.ensure_ended()


def run(*arguments: str, folder: Path, **settings: str) -> tuple[int, str, str]:
    """Run a command to its end; return its exit code and what it wrote."""
    with running(*arguments, folder=folder, **settings) as command:
        return command.ended(), command.out, command.err


@contextmanager
def running_up(folder: Path, **settings: str) -> Iterator[Command]:
    """Run the whole service in one process, on a free port, its data in the folder."""
    with running("up", folder=folder, **{"LEMONWATCH_PORT": "0", **settings}) as up:
        api_of(up)
        yield up


@contextmanager
def running_simulator(folder: Path, *, latency: float) -> Iterator[str]:
    """Run a simulator of its own; its address is the block's."""
    options = ("--port", "0", "--latency", str(latency))
    with running("simulator", *options, folder=folder) as simulator:
        yield simulator.says(r"The simulator is up: (\S+)")


def api_of(up: Command) -> str:
    """Wait until `lemonwatch up` says where its API is."""
    return up.says(r"Lemonwatch is up: (\S+)")


def simulator_of(up: Command) -> str:
    """Read where `lemonwatch up` runs its simulator."""
    return up.says(r"SIMULATOR at (\S+)")


def key_in(folder: Path) -> str:
    """Read the admin key that was made in this folder."""
    return (folder / ".lemonwatch" / "api-key").read_text()


def client(url: str, key: str) -> httpx.Client:
    """Call an API with a key, not through any proxy."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE)


def at_simulator(url: str) -> httpx.Client:
    """Call a simulator."""
    return client(url, "sk-simulator")


def make(simulator: httpx.Client, *, seconds: float, outcome: str = "completed") -> dict[str, Any]:
    """Make a task at a simulator, and return its create answer."""
    wanted = {"model": "sim-quick", "prompt": "a lemon"}
    simulate = {"seconds": seconds, "outcome": outcome}
    return read(
        simulator.post("/v1/images/generations", json={**wanted, "simulate": simulate}), 200
    )


def read(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Read an answer that must have this status."""
    assert answer.status_code == status, f"{answer.request.url}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


def history(api: httpx.Client) -> dict[str, dict[str, Any]]:
    """List every task by its id; no test makes more than fit on a page."""
    items = read(api.get("/v1/tasks", params={"limit": 500}), 200)["items"]
    return {task["task_id"]: task for task in items}


def all_ended(api: httpx.Client) -> dict[str, dict[str, Any]]:
    """List every task by its id once all of them have ended, else nothing."""
    tasks = history(api)
    return tasks if all(task["status"] in FINAL for task in tasks.values()) else {}


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Take the environment without settings of ours or of Python, proxies, and a home with files."""
    kept = {
        name: value
        for name, value in os.environ.items()
        # A Python that may not write its bytecode compiles everything anew at each start.
        if not name.startswith((*OURS, "PYTHON")) and not name.lower().endswith("_proxy")
    }
    path = f"{BIN}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept | {"PATH": path, "HOME": str(folder)} | settings
