"""How much a run measures."""

from dataclasses import dataclass

from benchmarks.webhooks.peers import DATABASES, Kind

SCENARIOS = ("throughput", "dead")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The extent of a run."""

    scenarios: tuple[str, ...] = SCENARIOS
    databases: tuple[Kind, ...] = DATABASES
    endpoints: int = 200
    in_flight: int = 256  # As a worker has by default.
    deliveries: int = 5_000  # Due at once, of the throughput scenario.
    # Of the same: all peers, one after the other, and then all again. What else the machine has to do
    # changes within minutes, and does not hit all alike.
    turns: int = 3
    events: int = 10_000  # Of the scenario with dead receivers.
    rate: float = 100.0  # Events a second, of the same; 0 is all at once.
    dead: tuple[float, ...] = (0.0, 0.01, 0.2)  # Shares of the endpoints, of the same.


DEFAULT = Plan()
QUICK = Plan(deliveries=1_000, turns=1, events=2_000, dead=(0.0, 0.2))
