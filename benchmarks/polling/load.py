"""What every peer is given to do: so many tasks, each to be asked for again and again."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Self

VARIABLE = "BENCHMARK_LOAD"
KEY = "sk-benchmark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """The work of one measurement, as it is handed to a client process in its environment."""

    tasks: int
    spread: float  # Seconds over which the first requests fall due, evenly.
    base_url: str = ""
    in_flight: int = 400  # Requests at once, for the peers that ask side by side.
    interval: float = 3.0  # Seconds from an answer to the next request.
    database_url: str = ""  # A fresh database, as SQLAlchemy writes it, for a peer that needs one.
    broker_url: str = ""

    @classmethod
    def here(cls) -> Self:
        """Read the load that this process was given."""
        return cls(**json.loads(os.environ[VARIABLE]))

    @property
    def environment(self) -> dict[str, str]:
        """What `here` reads."""
        return {VARIABLE: json.dumps(asdict(self))}

    @property
    def delays(self) -> list[tuple[float, str]]:
        """Seconds until each task's first request, and the URL to ask."""
        return [(n * self.spread / self.tasks, self.url_of(n)) for n in range(self.tasks)]

    def url_of(self, number: int) -> str:
        """Return the URL at which the upstream answers for this task."""
        return f"{self.base_url}/v1/images/generations/{task_id(number)}"


def task_id(number: int, *, due: float = 0, lasts: float = 0) -> str:
    """Return an id that tells the upstream when a task is first due, and when it is to be done.

    `due` is a Unix time and `lasts` seconds from the first request; 0 is unknown, and never.
    """
    return f"img_{number}_{due * 1000:.0f}_{lasts * 1000:.0f}"


def read_task_id(text: str) -> tuple[float, float]:
    """Return `due` and `lasts` of an id; an id of another form has neither."""
    match text.split("_"):
        case ["img", _, due, lasts] if due.isdigit() and lasts.isdigit():
            return int(due) / 1000, int(lasts) / 1000
        case _:
            return 0, 0
