"""What a client says of its own run, in a file, once it is over."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from benchmarks.webhooks.load import Load


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """When it began to deliver, and what that took; instants are of the clock that all share."""

    began: float
    cpu: float  # Seconds, user and system, of the whole process.
    threads: Mapping[str, float] = field(default_factory=dict)  # Seconds of each kind of thread.
    # When each event was committed, and the number of the endpoint that it goes to.
    committed: Mapping[str, tuple[float, int]] = field(default_factory=dict)

    def write(self, load: Load) -> None:
        """Say it."""
        Path(load.said).write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, load: Load) -> Self:
        """Read what was said."""
        return cls(**json.loads(Path(load.said).read_text()))
