"""How a process that we measure runs: pinned, with its own environment, never longer than the run."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.cores import on
from tests.servers.process import Process

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PREPARING = 600  # Seconds that a peer may take to put its tasks in.


class Failed(Exception):
    """A process did not do what it was started for; the message is its own last words."""


@contextmanager
def client(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], core: int | None = None
) -> Iterator[Process]:
    """Run a process, and its children, until the block ends; by then it must not have ended itself.

    It is killed: what it still wanted to do is of no interest.
    """
    with on(core):
        running = Process(command, log=log, user=None, end=signal.SIGKILL, env=environment(env))
    try:
        yield running
        if running.has_ended:
            raise Failed(f"{command[-1]} ended by itself:\n{last_words(log)}")
    finally:
        running.stop()
        with suppress(ProcessLookupError):  # Children that outlive it, such as Celery's.
            os.killpg(running.pid, signal.SIGKILL)


def finish(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], core: int | None = None,
    within: float = PREPARING,
) -> None:  # fmt: skip
    """Run a process to its end."""
    with log.open("ab") as output, on(core):
        done = subprocess.run(
            command, cwd="/", env=environment(env), stdin=subprocess.DEVNULL, stdout=output,
            stderr=output, timeout=within, check=False,
        )  # fmt: skip
    if done.returncode:
        raise Failed(f"{' '.join(map(str, command[-2:]))} failed:\n{last_words(log)}")


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with `extra`, and with our packages to import.

    What could lead a client elsewhere than to 127.0.0.1, or be a real key, stays behind.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LEMON") and not name.lower().endswith("_proxy")
    }
    return {**kept, "PYTHONPATH": str(ROOT), **extra}


def last_words(log: Path) -> str:
    """Return the end of what a process wrote."""
    return log.read_text(errors="replace")[-1500:]
