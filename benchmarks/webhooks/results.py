"""All that one run has found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.webhooks.measure import Delays, Posted


@dataclass(slots=True)
class Results:
    """The measurements so far, in their order."""

    posted: list[Posted] = field(default_factory=list)
    delays: list[Delays] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def middle(self) -> Sequence[Posted]:
        """What each peer did: of several turns the middle one, by client CPU for each delivery."""
        turns: dict[str, list[Posted]] = {}
        for one in self.posted:
            turns.setdefault(one.peer, []).append(one)
        return [
            sorted(of_one, key=lambda one: one.per_thousand(one.cpu) or 0.0)[len(of_one) // 2]
            for of_one in turns.values()
        ]

    def find(self, peer: str) -> Posted | None:
        """Return what one peer did."""
        return next((one for one in self.middle if one.peer == peer), None)

    def delays_at(self, database: str, dead: float) -> Delays | None:
        """Return the delays at so many dead receivers."""
        wanted = (one for one in self.delays if (one.database, one.dead) == (database, dead))
        return next(wanted, None)

    def as_json(self) -> dict[str, object]:
        """Return plain values, with the figures that are worked out of them."""
        return {
            "posted": [
                asdict(one) | {"per_second": one.rate, "cpu_ms_per_1000": one.per_thousand(one.cpu)}
                for one in self.posted
            ],
            "delays": [asdict(one) for one in self.delays],
            "failed": self.failed,
        }
