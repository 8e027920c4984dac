"""A terminal for a command: it writes there what it writes only where somebody looks on."""

import os
import pty
import re
import signal
import struct
import subprocess
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

from tests.e2e.service import BIN, PATIENCE, environment

SIZE = struct.pack("HHHH", 50, 120, 0, 0)
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run_on_terminal(*arguments: str, folder: Path, **settings: str) -> tuple[int, str, str]:
    """Run a command whose standard error alone is a terminal; return what it wrote there last."""
    terminal, theirs = _terminal()
    with _started(arguments, folder, settings, out=subprocess.PIPE, err=theirs) as child:
        shown = b"".join(iter(terminal.read, b""))
        assert child.stdout
        printed = child.stdout.read().decode()
        code = child.wait(PATIENCE)
    return code, printed, plain(shown)


def interrupted_on_terminal(
    *arguments: str, at: str, folder: Path, **settings: str
) -> tuple[int, bytes]:
    """Run a command on a terminal, and press Ctrl-C once it shows `at`; return all that it showed."""
    terminal, theirs = _terminal()
    with _started(arguments, folder, settings, out=theirs, err=theirs) as child:
        shown = b""
        while at not in plain(shown) and (piece := terminal.read()):
            shown += piece
        child.send_signal(signal.SIGINT)
        shown += b"".join(iter(terminal.read, b""))
        return child.wait(PATIENCE), shown


def plain(shown: bytes) -> str:
    """Leave out what moves the cursor or colours."""
    return CONTROL.sub("", shown.decode(errors="replace")).replace("\r", "\n")


class Terminal:
    """Our end of it."""

    def __init__(self, number: int) -> None:
        """Read from this file."""
        self._number = number

    def read(self) -> bytes:
        """Return what was written, or nothing once nobody has the terminal any more."""
        try:
            return os.read(self._number, 65536)
        except OSError:  # As Linux says that.
            os.close(self._number)
            return b""


def _terminal() -> tuple[Terminal, int]:
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, SIZE)
    return Terminal(ours), theirs


@contextmanager
def _started(
    arguments: Sequence[str], folder: Path, settings: dict[str, str], *, out: int, err: int
) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(
        [BIN / "lemonwatch", *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=out,
        stderr=err, env=environment(folder, **settings, TERM="xterm"),
    )  # fmt: skip
    os.close(err)
    with child:
        try:
            yield child
        finally:
            child.kill()
