"""What a replay learns as it goes: the same tallies, curves and plans as the service's."""

from app.replay.durations import Duration
from app.schedule.cold import cold_curve
from app.schedule.curve import Curve
from app.schedule.estimate import estimate
from app.schedule.forecast import Book, Key
from app.schedule.learn import is_news, learnt
from app.schedule.tally import Span, Tally, empty

KIND = "image"


class Student:
    """Counts what is seen of tasks, and rewrites the book when there is news."""

    def __init__(self, book: Book) -> None:
        """Begin with `book`, knowing nothing of any model."""
        self.book = book
        self._tallies: dict[Key, Tally] = {}
        self._spans: dict[Key, list[Span]] = {}
        self._taken: dict[Key, float] = {}
        self._known: dict[Key, float] = {}
        self._at = 0.0

    def saw(self, task: Duration, *, after: float, by: float) -> None:
        """Note that a task was unfinished at age `after`, and over at age `by`."""
        for key in ((KIND, task.model), (KIND, None)):
            self._spans.setdefault(key, []).append(Span(after=after, by=by))

    def learn(self, now: float) -> Book:
        """Learn what was noted since the last time; return the book as it is now."""
        passed, self._at = now - self._at, now
        changed = [key for key, spans in self._spans.items() if spans and self._take(key, passed)]
        if changed:
            curves = {key: estimate(self._tallies[key], self._prior(key)) for key in changed}
            self.book = self.book.with_curves(curves)
            self.book.wanted.update(key for key in changed if key[1] is not None)
            self.book.make_wanted()
        return self.book

    def _take(self, key: Key, passed: float) -> bool:
        """Count the spans of one model; tell whether they are worth a new plan."""
        spans, self._spans[key] = self._spans[key], []
        tally = self._tallies.get(key, empty())
        self._tallies[key] = learnt(tally, spans, self._prior(key), passed=passed)
        taken = self._taken.get(key, 0.0) + len(spans)
        if not is_news(taken, self._known.get(key, 0.0)):
            self._taken[key] = taken
            return False
        self._taken[key], self._known[key] = 0.0, self._tallies[key].weight
        return True

    def _prior(self, key: Key) -> Curve:
        kind, model = key
        pooled = self._tallies.get((kind, None))
        cold = cold_curve(kind)
        return cold if model is None or pooled is None else estimate(pooled, cold)
