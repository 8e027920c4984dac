"""What is to be delivered and where to, as it is handed to a client process in its environment."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Literal, Self, TypeAlias

VARIABLE = "BENCHMARK_LOAD"

Kind: TypeAlias = Literal["answering", "silent", "refusing"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """The work of one measurement: each event goes to one endpoint, and those take turns."""

    events: int
    endpoints: int
    in_flight: int = 256
    rate: float = 0.0  # Events that are recorded in a second; 0 is all at once.
    dead: float = 0.0  # The share of endpoints that take nothing.
    patience: float = 60.0  # Seconds without anything new, after which the rest is not waited for.
    answering: int = 0  # The receiver's ports.
    silent: int = 0
    refusing: int = 0
    said: str = ""  # The file in which a client says what it did.

    @classmethod
    def here(cls) -> Self:
        """Read the load that this process was given."""
        return cls(**json.loads(os.environ[VARIABLE]))

    @property
    def environment(self) -> dict[str, str]:
        """What `here` reads."""
        return {VARIABLE: json.dumps(asdict(self))}

    @property
    def receiver(self) -> str:
        """Where the receiver answers."""
        return f"http://127.0.0.1:{self.answering}"

    @property
    def healthy(self) -> int:
        """How many events go to endpoints that take them."""
        return sum(self.kind_of(self.endpoint_of(n)) == "answering" for n in range(self.events))

    def endpoint_of(self, event: int) -> int:
        """Return which endpoint an event goes to."""
        return event % self.endpoints

    def kind_of(self, endpoint: int) -> Kind:
        """Say how an endpoint is: the dead lie evenly among the others, and every other one is silent."""
        dead = round(self.dead * self.endpoints)
        before, after = endpoint * dead // self.endpoints, (endpoint + 1) * dead // self.endpoints
        if before == after:
            return "answering"
        return "silent" if before % 2 == 0 else "refusing"

    def url_of(self, endpoint: int) -> str:
        """Return where an endpoint is."""
        ports = {"answering": self.answering, "silent": self.silent, "refusing": self.refusing}
        return f"http://127.0.0.1:{ports[self.kind_of(endpoint)]}/{endpoint}"
