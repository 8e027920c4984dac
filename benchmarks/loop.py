"""The event loop of those that are to be as fast as may be: uvloop, where it is installed."""

import asyncio
import importlib
from collections.abc import Coroutine
from typing import Any


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end. The tests, which judge no speed, do without uvloop."""
    try:
        factory = importlib.import_module("uvloop").new_event_loop
    except ModuleNotFoundError:
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(work)
