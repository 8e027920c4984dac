"""What is known of each model, ready to be looked up: its curve, and the plan that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from app.schedule.cold import cold_curve
from app.schedule.curve import Curve
from app.schedule.plan import Plan, make_plan

# A kind of task, and a model of it; None stands for all of them.
Key: TypeAlias = tuple[str, str | None]


@dataclass(frozen=True, eq=False)
class Forecast:
    """One model's curve; its plan is made when it is first wanted."""

    curve: Curve
    floor: float  # seconds
    cap: float  # seconds

    @cached_property
    def plan(self) -> Plan:
        """When to look, for every age and price."""
        return make_plan(self.curve, floor=self.floor, cap=self.cap)

    @property
    def has_plan(self) -> bool:
        """Whether the plan has been wanted already."""
        return "plan" in self.__dict__


@dataclass(frozen=True, eq=False)
class Book:
    """Every forecast there is; for a model that was never seen that of its kind, else the vendor's."""

    floor: float  # seconds
    cap: float  # seconds
    forecasts: Mapping[Key, Forecast] = field(default_factory=dict)
    # Models that are gone by and have no plan yet; who keeps the book makes them beside the work.
    wanted: set[Key] = field(default_factory=set)
    _cold: dict[str, Forecast] = field(default_factory=dict)

    def of(self, kind: str, model: str | None) -> Forecast:
        """Return what is known of that model."""
        known = self.forecasts
        return known.get((kind, model)) or known.get((kind, None)) or self._unseen(kind)

    def plan_of(self, kind: str, model: str | None) -> Plan:
        """Return the plan to go by for that model: until its own is made, that of its kind.

        A plan takes a tenth of a second to make, and who asks may be within a transaction.
        """
        own = self.of(kind, model)
        if not own.has_plan:
            self.wanted.add((kind, model))
            of_kind = self.of(kind, None)
            return of_kind.plan if of_kind.has_plan else self._unseen(kind).plan
        return own.plan

    def make_wanted(self) -> None:
        """Make the plans that were missed."""
        while self.wanted:
            _ = self.of(*self.wanted.pop()).plan

    def with_curves(self, curves: Mapping[Key, Curve]) -> "Book":
        """Return the book with these curves in place of those there were."""
        new = {key: Forecast(curve, self.floor, self.cap) for key, curve in curves.items()}
        return Book(self.floor, self.cap, {**self.forecasts, **new}, self.wanted, self._cold)

    def _unseen(self, kind: str) -> Forecast:
        if kind not in self._cold:
            self._cold[kind] = Forecast(cold_curve(kind), self.floor, self.cap)
        return self._cold[kind]
