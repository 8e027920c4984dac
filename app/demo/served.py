"""The demo's own service: a process that ends with the one that started it, and leaves nothing behind."""

import os
import signal
import sys
from pathlib import Path
from shutil import rmtree
from threading import Thread
from time import sleep

from app.process import logs
from app.settings import load_settings
from app.start.up import up

GRACE = 10.0  # seconds


def main() -> None:
    """Serve until standard input ends, as it does too when whoever holds its other end is killed."""
    folder = Path(sys.argv[1])
    logs.configure()
    Thread(target=_stop_with_standard_input, daemon=True).start()
    try:
        up(load_settings())
    finally:
        rmtree(folder, ignore_errors=True)


def _stop_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    main()
