"""What a replay learns as it goes: the same tallies, curves and plans as the service's."""

from collections import defaultdict
from dataclasses import dataclass, field

from app.replay.durations import Duration
from app.schedule.cold import cold_curve
from app.schedule.curve import Curve
from app.schedule.estimate import estimate
from app.schedule.forecast import Book
from app.schedule.learn import is_news, learnt
from app.schedule.tally import Span, Tally, empty

KIND = "image"
STALE = 600.0  # seconds; after this, little is news too, as it is to the service


@dataclass(slots=True)
class Known:
    """What is known of one model, as the service's row of it; instants are seconds of the replay."""

    tally: Tally = field(default_factory=empty)
    spans: list[Span] = field(default_factory=list)  # Not counted yet.
    counted_at: float = 0.0
    planned_at: float = 0.0
    taken: float = 0.0  # Ends that were counted since.

    def count(self, prior: Curve, now: float) -> bool:
        """Count what was noted; tell whether it is worth a new plan."""
        before = self.tally
        self.tally = learnt(before, self.spans, prior, passed=now - self.counted_at)
        self.taken += len(self.spans)
        self.spans, self.counted_at = [], now
        is_stale = now - self.planned_at >= STALE
        if not is_stale and not is_news(before, self.tally, taken=self.taken):
            return False
        self.taken, self.planned_at = 0.0, now
        return True


class Student:
    """Notes what is seen of tasks, and rewrites the book when there is news."""

    def __init__(self, book: Book) -> None:
        """Begin with `book`, knowing nothing of any model."""
        self.book = book
        self._all = Known()
        self._models: dict[str, Known] = defaultdict(Known)

    def saw(self, task: Duration, *, after: float, by: float) -> None:
        """Note that a task was unfinished at age `after`, and over at age `by`, in seconds."""
        span = Span(after=after, by=by)
        self._all.spans.append(span)
        if task.model:
            self._models[task.model].spans.append(span)

    def learn(self, now: float) -> Book:
        """Learn what was noted since the last time; return the book as it is now."""
        if not self._all.spans:
            return self.book
        cold = cold_curve(KIND)
        if self._all.count(cold, now):
            self._rewrite(None, self._all, cold)
        prior = estimate(self._all.tally, cold)
        for model, known in self._models.items():
            if known.spans and known.count(prior, now):
                self._rewrite(model, known, self.book.of(KIND, None).curve)
        return self.book

    def _rewrite(self, model: str | None, known: Known, prior: Curve) -> None:
        self.book = self.book.with_curves({(KIND, model): estimate(known.tally, prior)})
        _ = self.book.of(KIND, model).plan  # As the service does, before anyone asks for it.
