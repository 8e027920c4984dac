"""What the receiver has seen, as others ask it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.request import urlopen

from benchmarks.webhooks.load import Load

EVERY = 0.25  # Seconds between two looks; what they cost is no part worth naming.


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """All of it, with instants of the clock that every process here shares."""

    at: float  # When it was asked.
    posts: int
    bytes: int  # Of all bodies.
    hung: int  # Connections to those that never answer.
    received: Mapping[str, Mapping[str, float]]  # When each event came first, by path.

    @classmethod
    def of(cls, receiver: str) -> Self:
        """Ask the receiver at this URL."""
        return cls(**_ask(receiver, "seen"))

    @property
    def events(self) -> dict[str, float]:
        """When each event came first, wherever to."""
        return {event: at for events in self.received.values() for event, at in events.items()}


def wait_for(load: Load, *, count: int, ring: Callable[[], None] = lambda: None) -> None:
    """Wait until so many events were received, or for long none; `ring` once a second, as beat does."""
    known, looks = 0, 0
    until = time.monotonic() + load.patience
    while known < count and time.monotonic() < until:
        time.sleep(EVERY)
        now_known = int(_ask(load.receiver, "count"))
        if now_known > known:
            known, until = now_known, time.monotonic() + load.patience
        looks += 1
        if looks * EVERY % 1 == 0:
            ring()


def _ask(receiver: str, words: str) -> Any:
    with urlopen(f"{receiver}/-/{words}", timeout=60) as response:
        return json.load(response)
