"""What a signal does: the first asks the process to end, the second does not wait."""

import os
import signal
from collections.abc import Callable
from types import FrameType


def on_stop(stop: Callable[[], None]) -> None:
    """Call `stop` at the first SIGINT or SIGTERM; end at once at the second."""

    def first(_number: int, _frame: FrameType | None) -> None:
        _set(lambda number, _frame: os._exit(128 + number))
        stop()

    _set(first)


def _set(handler: Callable[[int, FrameType | None], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)
