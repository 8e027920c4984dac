"""How the tests' own servers run: on a free port, and never longer than the run itself."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOBODY = 65534
PATIENCE = 60.0  # Seconds that a server may take to start, on a machine that is very busy.
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Missing(Exception):
    """There is no such server here; the message says what to do."""


class Ended(Exception):
    """The server ended instead of starting, most often because another took its port."""


@dataclass(frozen=True)
class Installed:
    """A server's program that was found on this machine."""

    path: Path
    version: str
    origin: str


class OwnServer(ABC):
    """A server that we start, and may stop and start again where its clients expect it."""

    def __init__(self, folder: Path, installed: Installed) -> None:
        """Prepare it; the first start chooses the port."""
        self.folder = folder
        self.installed = installed
        self.port = 0
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        """Its process, once it has been started."""
        return self._process.pid if self._process else 0

    @abstractmethod
    def launch(self, port: int) -> "Process":
        """Start it on this port and return once it answers."""

    def start(self) -> None:
        """Start it: first on a free port, ever after on the same one."""
        if self.port:
            self._process = self.launch(self.port)
        else:
            self._process, self.port = on_a_free_port(self.launch)

    def stop(self, number: signal.Signals | None = None) -> None:
        """Stop it by this signal, or else so that whoever is connected is cut off."""
        if self._process:
            self._process.stop(number)

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()


class Process:
    """One run of a server; however the thread that started it ends, the server ends too."""

    def __init__(
        self, command: Sequence[str | Path], *, log: Path, user: int | None, end: signal.Signals,
        env: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Start it; `end` is the signal that makes this kind of server end at once."""
        self.log = log
        self._end = end
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                cwd="/",
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for pytest, which needs its servers to the end.
                preexec_fn=_ending_with(os.getpid(), end),  # noqa: PLW1509 - It only calls prctl.
                **as_user(user),
            )
        self.pid = self._child.pid

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Return once the server is ready."""
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if self._child.poll() is not None:
                raise Ended(self._last_words())
            if time.monotonic() > deadline:
                self.stop()
                raise Missing(f"A server took too long to start: {self._last_words()}")
            time.sleep(0.02)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended already."""
        return self._child.poll() is not None

    def stop(self, number: signal.Signals | None = None) -> None:
        """Ask it to end, insist after ten seconds, and wait until it has ended."""
        self._child.send_signal(number or self._end)
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]


def _ending_with(parent: int, end: signal.Signals) -> Callable[[], None]:
    """Have the kernel send this signal to the child when its parent dies, even by kill -9."""

    def in_the_child() -> None:
        if sys.platform == "linux":  # Elsewhere a killed run leaves its servers behind.
            LIBC.prctl(PR_SET_PDEATHSIG, int(end))
            if os.getppid() != parent:  # The parent died before we could ask.
                os._exit(1)

    return in_the_child


def as_user(user: int | None) -> dict[str, Any]:
    """Say to subprocess: as this user, who is in no other group; None is whoever we are."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def on_a_free_port(launch: Callable[[int], Process]) -> tuple[Process, int]:
    """Launch on a free port; when somebody else was quicker to take it, on another."""
    for _ in range(4):
        with contextlib.suppress(Ended):
            port = free_port()
            return launch(port), port
    try:
        port = free_port()
        return launch(port), port
    except Ended as ended:
        raise Missing(f"A server ended each time it was started: {ended}") from ended


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
