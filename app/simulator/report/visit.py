"""One request under way, and what became of it."""

from datetime import datetime

from app.simulator.report.counts import Row, Totals
from app.simulator.report.waits import Waits


class Visit:
    """Counts into the report that it was begun in, also when that is begun anew meanwhile."""

    def __init__(
        self, *, key: str, row: Row | None, totals: Totals, keys: Waits, tasks: Waits
    ) -> None:
        """Count into `totals` and `row`; waits are told to `keys` and to `tasks`."""
        self._key = key
        self._row = row
        self._totals = totals
        self._keys = keys
        self._tasks = tasks
        self._settled = False

    def answered(self, *, now: datetime, ended: bool = False) -> None:
        """Count it as answered as it should be; `ended` if the answer tells a task's end."""
        self._settled = True
        self._totals.answered += 1
        if self._row:
            self._row.answered += 1
            if ended and self._row.end_served_at is None:
                self._row.end_served_at = now

    def throttled(self, *, until: datetime) -> None:
        """Count it as answered 429, its key being told to wait."""
        self._settled = True
        self._totals.throttled += 1
        if self._row:
            self._row.throttled += 1
        self._keys.tell(self._key, until=until)

    def struck(self, mood: str, *, until: datetime | None = None) -> None:
        """Count it as struck by a mood, its task being told to wait if there is an `until`."""
        self._settled = True
        _add(self._totals.struck, mood)
        if self._row:
            _add(self._row.struck, mood)
            if until:
                self._tasks.tell(self._row.task_id, until=until)

    def leave(self) -> None:
        """Note that it is over; what nobody settled was refused."""
        self._totals.refused += not self._settled
        if self._row:
            self._row.refused += not self._settled
            self._row.under_way -= 1


def _add(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1
