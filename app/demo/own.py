"""Starts the demo's own service on free ports, in a folder that is gone afterwards."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import Misconfigured

GRACE = 12.0  # seconds, a little more than the service gives itself
OURS = ("LEMONWATCH_", "LEMONDATA_")


@contextmanager
def own_service() -> Iterator[tuple[str, str]]:
    """Run it until the block ends; its address and its key are the block's."""
    with TemporaryDirectory(prefix="lemonwatch-demo-", ignore_cleanup_errors=True) as folder:
        home = Path(folder, "home")
        home.mkdir(mode=0o700)
        with _child(Path(folder), home) as child:
            address = _address(child, Path(folder, "log"))
            yield address, (home / "api-key").read_text()


@contextmanager
def _child(folder: Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the process, in a session of its own so that Ctrl-C is ours to hear; end it with the block."""
    # What the user has set for another service is not for this one, nor is a .env file.
    settings = {"LEMONWATCH_HOME": str(home), "LEMONWATCH_PORT": "0"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(OURS)} | settings
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - it is ourselves
            [sys.executable, "-m", "app.demo.served", folder], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield child
    finally:
        _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _address(child: subprocess.Popen[str], log: Path) -> str:
    """Wait until it says where it is; raise Misconfigured with its last words where it ends first."""
    for line in child.stdout or ():
        if found := re.match(r"Lemonwatch is up: (\S+)", line):
            return found[1]
    last = (log.read_text(errors="replace").strip().splitlines() or ["it says nothing"])[-1]
    raise Misconfigured(f"The demo's service did not start: {last}")
