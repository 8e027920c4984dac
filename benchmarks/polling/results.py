"""All that one run has found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.polling.growth import Growth
from benchmarks.polling.measure import PARTS, Figures


@dataclass(slots=True)
class Results:
    """The measurements so far, in their order."""

    figures: list[Figures] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def of(self, scenario: str, tasks: int | None = None) -> Sequence[Figures]:
        """Return the figures of one scenario: of a peer that had several turns, the middle one.

        That is by client CPU for each poll.
        """
        turns: dict[str, list[Figures]] = {}
        for one in self.figures:
            if one.scenario == scenario and tasks in {None, one.tasks}:
                turns.setdefault(f"{one.peer} {one.tasks}", []).append(one)
        return [
            sorted(of_one, key=lambda one: one.per_thousand("client") or 0.0)[len(of_one) // 2]
            for of_one in turns.values()
        ]

    def find(self, scenario: str, peer: str, tasks: int | None = None) -> Figures | None:
        """Return what one peer did in it."""
        return next((one for one in self.of(scenario, tasks) if one.peer == peer), None)

    def as_json(self) -> dict[str, object]:
        """Return plain values, with the figures that are worked out of them."""
        return {
            "figures": [_plain(one) for one in self.figures],
            "growth": [
                asdict(one) | {"figures": _plain(one.figures), "wal_kb_per_1000": one.wal_per_thousand}
                for one in self.growth
            ],
            "failed": self.failed,
        }  # fmt: skip


def _plain(figures: Figures) -> dict[str, object]:
    per_thousand = {part: figures.per_thousand(part) for part in PARTS}
    return asdict(figures) | {"polls_per_second": figures.rate, "cpu_ms_per_1000": per_thousand}
