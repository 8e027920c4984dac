"""What a replay shows: how late ends were found, at how many polls, and how well it could be done."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from pydantic import BaseModel

from app.accounts.budget import BURST
from app.replay.durations import Duration
from app.replay.replay import Detected, Outcome, Traffic
from app.schedule.cold import cold_curve
from app.schedule.curve import Curve, difficulty
from app.schedule.estimate import plain
from app.schedule.policies import PolicyName
from app.schedule.tally import Span, empty


class Delay(BaseModel):
    """Seconds from the end of a task to the poll that found it."""

    mean: float
    p50: float
    p95: float


class Figures(BaseModel):
    """Delay and polls of some tasks; `product` is one times the other, and `bound` the least it can be."""

    tasks: int
    delay: Delay
    polls_per_task: float
    product: float
    bound: float

    @classmethod
    def of(cls, detected: Sequence[Detected], bound: float) -> Self:
        """Sum up what was detected."""
        delays = [one.delay for one in detected]
        mean, polls = float(np.mean(delays)), float(np.mean([one.polls for one in detected]))
        p50, p95 = np.quantile(delays, [0.5, 0.95])
        return cls(
            tasks=len(detected), delay=Delay(mean=mean, p50=float(p50), p95=float(p95)),
            polls_per_task=polls, product=mean * polls, bound=bound,
        )  # fmt: skip


class Report(Figures):
    """The figures of all that were judged and of each model, and the share of the budget that was used."""

    policy: PolicyName
    budget_used: float
    models: dict[str, Figures]

    def as_json(self) -> dict[str, Any]:
        """Return the report as it is printed: numbers to five digits."""
        return {name: _rounded(value) for name, value in self.model_dump().items()}


def report(outcome: Outcome, traffic: Traffic, policy: PolicyName) -> Report:
    """Sum up a replay; the bound is that of the judged durations themselves."""
    judged = [one.task for one in outcome.detected]
    bounds = {model: _difficulty(judged, model) for model in sorted({t.model for t in judged})}
    shares = Counter(task.model for task in judged)
    whole = sum(bounds[model] * count / len(judged) for model, count in shares.items())
    by_model = {
        model: Figures.of([d for d in outcome.detected if d.task.model == model], root**2 / 2)
        for model, root in bounds.items()
    }
    figures = Figures.of(outcome.detected, whole**2 / 2)
    # A bucket that is full at the beginning is spent too.
    seconds = outcome.until - outcome.since + BURST.total_seconds()
    used = outcome.requests / (seconds * traffic.rpm / 60 + 1)
    return Report(**figures.model_dump(), policy=policy, budget_used=used, models=by_model)


def curve_of(tasks: Sequence[Duration]) -> Curve:
    """Return the curve of durations that are known exactly."""
    spans = [Span(after=task.seconds, by=task.seconds) for task in tasks]
    return plain(empty().plus(spans, cold_curve("image")))


def _difficulty(judged: Sequence[Duration], model: str) -> float:
    return difficulty(curve_of([task for task in judged if task.model == model]))


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.5g}")
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case _:
            return value
