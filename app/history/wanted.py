"""Which tasks a client asks for, and in which order: a value, and what goes into a cursor of it."""

from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256

from app.tasks.status import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is None or empty is not asked about. After is at or after, before is before."""

    client: int
    status: tuple[Status, ...] = ()
    model: str | None = None
    account: str | None = None
    kind: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    finished_after: datetime | None = None
    finished_before: datetime | None = None
    labels: tuple[int, ...] = ()  # Of metadata: all of these.
    oldest_first: bool = False

    @property
    def goes_by_end(self) -> bool:
        """Whether the order is that of the ends, as where times of the end are asked about."""
        return bool(self.finished_after or self.finished_before)

    @property
    def seal(self) -> str:
        """A short word that another question hardly has too."""
        return sha256(repr(astuple(self)).encode()).hexdigest()[:12]
