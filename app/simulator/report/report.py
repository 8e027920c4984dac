"""What was asked and what became of it, to measure a client by from outside."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from app.simulator.report.counts import Arrival, Row, Totals
from app.simulator.report.traffic import Traffic
from app.simulator.report.visit import Visit
from app.simulator.report.waits import Waits

# Beyond these the oldest task, and the oldest wait, is forgotten: memory has a bound.
TASKS = 50_000
KEYS = 1000


class Report:
    """Counts since it was begun."""

    def __init__(self, *, since: datetime, tasks: int = TASKS) -> None:
        self._since = since
        self._bound = tasks
        self._forgotten = 0
        self._totals = Totals()
        self._traffic = Traffic()
        self._rows: OrderedDict[str, Row] = OrderedDict()
        self._key_waits = Waits(bound=KEYS)
        self._task_waits = Waits(bound=tasks)

    def arrive(self, arrival: Arrival, *, now: datetime) -> Visit:
        """Count a request that comes."""
        after_429 = self._key_waits.is_too_soon(arrival.key, now=now)
        after_503 = self._task_waits.is_too_soon(arrival.task_id, now=now)
        self._traffic.count(now)
        self._totals.requests += 1
        self._totals.polls += arrival.polling
        self._totals.during_pause += arrival.paused
        self._totals.too_soon_after_429 += after_429
        self._totals.too_soon_after_503 += after_503
        row = self._row(arrival, now=now)
        if row:
            row.too_soon += after_429 or after_503
        return Visit(
            key=arrival.key, row=row, totals=self._totals,
            keys=self._key_waits, tasks=self._task_waits,
        )  # fmt: skip

    def shown(self, *, only: Collection[str], limit: int, seconds: int) -> dict[str, Any]:
        """Return the counts; of the tasks those of `only`, or the newest `limit`."""
        named = (self._rows[one] for one in only if one in self._rows)
        rows = islice(named if only else reversed(self._rows.values()), limit)
        return {
            "since": self._since,
            "totals": asdict(self._totals),
            "busiest_10s": self._traffic.busiest,
            "busiest_10s_until": self._traffic.busiest_until,
            "per_second": self._traffic.latest(seconds),
            "tasks_counted": len(self._rows),
            "tasks_forgotten": self._forgotten,
            "tasks": [asdict(row) for row in rows],
        }

    def _row(self, arrival: Arrival, *, now: datetime) -> Row | None:
        if arrival.task_id is None:
            return None
        row = self._rows.setdefault(arrival.task_id, Row(arrival.task_id, first_poll_at=now))
        if len(self._rows) > self._bound:
            self._rows.popitem(last=False)
            self._forgotten += 1
        row.polls += 1
        row.under_way += 1
        row.most_at_once = max(row.most_at_once, row.under_way)
        row.last_poll_at = now
        if row.end_served_at is None:
            row.ends_at = arrival.ends_at
        return row
