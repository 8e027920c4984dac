"""A terminal for a command: it writes there what it writes only where somebody looks on."""

import os
import pty
import re
import struct
import subprocess
import termios
from fcntl import ioctl
from pathlib import Path

from tests.e2e.service import BIN, PATIENCE, environment

SIZE = struct.pack("HHHH", 50, 120, 0, 0)
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run_on_terminal(*arguments: str, folder: Path, **settings: str) -> tuple[int, str, str]:
    """Run a command whose standard error alone is a terminal; return what it wrote there last."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, SIZE)
    with (
        os.fdopen(ours, "rb", buffering=0) as terminal,
        subprocess.Popen(
            [BIN / "lemonwatch", *arguments], cwd=folder, stdin=subprocess.DEVNULL,
            env=environment(folder, **settings, TERM="xterm"), stdout=subprocess.PIPE,
            stderr=theirs,
        ) as child,
    ):  # fmt: skip
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(terminal.fileno()), b""))
        assert child.stdout
        printed = child.stdout.read().decode()
        code = child.wait(PATIENCE)
    return code, printed, CONTROL.sub("", shown.decode()).replace("\r", "\n")


def _read(number: int) -> bytes:
    try:
        return os.read(number, 65536)
    except OSError:  # So Linux says that nobody has the terminal any more.
        return b""
