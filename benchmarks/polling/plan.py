"""How much a run measures, and for how long."""

from dataclasses import dataclass

SCENARIOS = ("saturation", "lateness", "embedded", "growth")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The extent of a run."""

    scenarios: tuple[str, ...] = SCENARIOS
    warm: float = 8.0  # Seconds, more than twice the interval, from the first answer on.
    window: float = 15.0  # Seconds in which is counted.
    tasks: tuple[int, ...] = (1_000, 10_000)  # Of the lateness scenario.
    polls: int = 200_000  # Of the growth scenario.
    history: tuple[int, ...] = (0, 1_000_000)  # Finished tasks in the tables, of the same.
    # Of the saturation scenario: all peers, one after the other, and then all again. What else the machine
    # has to do changes within minutes, and does not hit all alike.
    turns: int = 3
    latency: float = 0.020  # Seconds that the upstream takes to answer.
    in_flight: int = 400


DEFAULT = Plan()
QUICK = Plan(turns=1, warm=4, window=4, tasks=(1_000,), polls=10_000, history=(0,))
FULL = Plan(polls=2_000_000, history=(0, 1_000_000, 5_000_000))
