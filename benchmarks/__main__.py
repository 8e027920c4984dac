"""The door: `./dev bench NAME`, which without a name lists the benchmarks there are."""

import signal
import sys

import typer

from benchmarks.detection.command import detection
from benchmarks.history.command import history
from benchmarks.polling.command import polling
from benchmarks.register.command import register
from benchmarks.waiting.command import waiting
from benchmarks.webhooks.command import webhooks

benchmarks = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
benchmarks.command()(polling)
benchmarks.command()(detection)
benchmarks.command()(webhooks)
benchmarks.command()(waiting)
benchmarks.command()(history)
benchmarks.command()(register)


@benchmarks.callback()
def main() -> None:
    """The side-by-side measurements. Each is one command and one run, on this machine alone."""


if __name__ == "__main__":
    # Ended either way, it leaves by the same door, where all that it started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    benchmarks(prog_name="./dev bench")
