"""The policy that learns: looks when a task is likely to have ended, as often as polls are worth it."""

from dataclasses import dataclass
from datetime import timedelta

from app.schedule.forecast import Book
from app.schedule.policy import Standing
from app.schedule.scouts import first_age, is_scout


@dataclass(frozen=True, slots=True)
class Learning:
    """Looks as the plans of `book` say, at the price of the moment."""

    book: Book

    def first(self, standing: Standing) -> timedelta:
        """Return the wait up to the age of the first look; none for a task that is older."""
        plan = self.book.plan_of(standing.kind, standing.model)
        age = first_age(plan, standing.price, standing.lot)
        return timedelta(seconds=max(0.0, age - standing.age.total_seconds()))

    def wait(
        self, kind: str, model: str | None, *, age: timedelta, polls: int, price: float
    ) -> timedelta:
        """Return the plan's wait at this age."""
        plan = self.book.plan_of(kind, model)
        return timedelta(seconds=plan.wait(age.total_seconds(), price))

    def explain(self, standing: Standing, wait: timedelta) -> str:
        """Say how many tasks end in the wait, and what a poll then is worth beside its price."""
        seconds, age = wait.total_seconds(), standing.age.total_seconds()
        curve = self.book.of(standing.kind, standing.model).curve
        share = curve.ends_within(age, seconds)
        name = standing.model or standing.kind
        plan = self.book.plan_of(standing.kind, standing.model)
        if not standing.polls and is_scout(plan, standing.price, standing.lot):
            reason = "it is a scout, to show early if they have become faster"
        else:
            reason = f"λ = {standing.price:.2g} s a poll"
        return (
            f"next look in {seconds:.3g} s: {share:.2%} of {name} tasks end in the next "
            f"{seconds:.3g} s; {reason}"
        )
