"""What a replay shows: how late ends were found, at how many polls, and how well it could be done."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from pydantic import BaseModel

from app.accounts.budget import BURST
from app.replay.outcome import Detected, Outcome
from app.replay.traffic import Traffic
from app.schedule.cold import cold_curve
from app.schedule.curve import difficulty
from app.schedule.estimate import plain
from app.schedule.names import PolicyName
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
        """Return the report as it is printed: the policy first, numbers to five digits."""
        plain: dict[str, Any] = _rounded(self.model_dump())
        return {"policy": plain.pop("policy"), **plain}


def report(outcome: Outcome, traffic: Traffic, policy: PolicyName) -> Report:
    """Sum up a replay; the bound is that of the judged durations themselves."""
    by_model: dict[str, list[Detected]] = {}
    for one in outcome.detected:
        by_model.setdefault(one.task.model, []).append(one)
    roots = {model: _difficulty(found) for model, found in by_model.items()}
    # The bound of all is Keller's for one price: the mean over the tasks of their models' roots.
    root = sum(roots[one.task.model] for one in outcome.detected) / len(outcome.detected)
    models = {model: Figures.of(by_model[model], roots[model] ** 2 / 2) for model in sorted(roots)}
    figures = Figures.of(outcome.detected, root**2 / 2)
    # A bucket that is full at the beginning is spent too.
    seconds = outcome.until - outcome.since + BURST.total_seconds()
    used = outcome.requests / (seconds * traffic.rpm / 60 + 1)
    return Report(**figures.model_dump(), policy=policy, budget_used=used, models=models)


def _difficulty(found: Sequence[Detected]) -> float:
    """Return I, in sqrt(s), of durations that are known exactly."""
    spans = [Span(after=one.task.seconds, by=one.task.seconds) for one in found]
    return difficulty(plain(empty().plus(spans, cold_curve("image"))))


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.5g}")
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case _:
            return value
