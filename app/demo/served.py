"""The demo's own service: a process that ends with the one that started it, and leaves nothing behind."""

import os
import signal
import sys
from pathlib import Path
from shutil import rmtree
from threading import Thread
from time import sleep
from types import FrameType

from app.process import logs
from app.settings import load_settings
from app.start.up import up

GRACE = 10.0  # seconds


def main() -> None:
    """Serve until standard input ends, as it does too when whoever holds its other end is killed."""
    folder = Path(sys.argv[1])
    try:
        logs.configure()
        # Until the service hears signals itself, one would end us before the folder is gone.
        signal.signal(signal.SIGTERM, _stop)
        Thread(target=_stop_with_standard_input, args=(folder,), daemon=True).start()
        up(load_settings())
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        rmtree(folder, ignore_errors=True)


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _stop_with_standard_input(folder: Path) -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(GRACE)
    rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main()
