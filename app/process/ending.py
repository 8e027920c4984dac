"""Lets a signal end a command as an error would: everything that was begun is put away first."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


@contextmanager
def ends_by_signals() -> Iterator[None]:
    """Raise SystemExit in the block at the first signal that asks to end; more do not hurry it."""
    before = {number: signal.signal(number, _stop) for number in NUMBERS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    for each in NUMBERS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)
