"""Goes once through all that is old enough: client by client, in small batches, each a transaction."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic, sleep

import structlog

from app.db.session import Database
from app.retention.choose import Kept, Old, kept_for
from app.retention.find import START, Place, clients, find
from app.retention.remove import remove

AT_ONCE = 200  # tasks

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much went, or would go, and how much stays though it is old, by the reason."""

    tasks: int = 0
    events: int = 0
    deliveries: int = 0
    kept: Counter[Kept] = field(default_factory=Counter)

    @classmethod
    def of(cls, gone: list[Old], kept: Counter[Kept]) -> "Pruned":
        """Count what is gone."""
        return cls(
            tasks=sum(old.task_id is not None for old in gone),
            events=sum(len(old.events) for old in gone),
            deliveries=sum(len(old.deliveries) for old in gone),
            kept=kept,
        )

    def __add__(self, other: "Pruned") -> "Pruned":
        """Count both."""
        return Pruned(
            self.tasks + other.tasks, self.events + other.events,
            self.deliveries + other.deliveries, self.kept + other.kept,
        )  # fmt: skip


def sweep(
    database: Database, *, before: datetime, only_counts: bool = False, at_once: int = AT_ONCE
) -> Iterator[Pruned]:
    """Remove what is older than `before` and may go, batch by batch; yield what became of each.

    What stays is looked at once, and not locked. Unless it only counts, it rests after each batch for as
    long as that took: half of the time at least is for others, who on SQLite are to write as well.
    """
    with database.reading() as session:
        sources = [*clients(session, before=before), None]
    for source in sources:
        behind: Place | None = START
        while behind:
            began = monotonic()
            with database.reading() as session:
                olds, behind = find(session, source, before=before, behind=behind, limit=at_once)
            yield _prune(database, olds, before=before, only_counts=only_counts)
            if not only_counts:
                sleep(monotonic() - began)


def _prune(database: Database, olds: list[Old], *, before: datetime, only_counts: bool) -> Pruned:
    judged = [(old, kept_for(old)) for old in olds]
    kept = Counter(why for _, why in judged if why)
    going = [old for old, why in judged if why is None]
    if only_counts or not going:
        return Pruned.of(going, kept)
    with database.writing() as session:
        gone = remove(session, going, before=before)
    return Pruned.of(gone, kept + Counter({Kept.BUSY: len(going) - len(gone)}))


def tell(pruned: Pruned) -> None:
    """Log how much went."""
    log.info(
        "retention.pruned", tasks=pruned.tasks, events=pruned.events,
        deliveries=pruned.deliveries, kept=pruned.kept.total(),
    )  # fmt: skip
