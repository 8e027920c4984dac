"""A long run of ours: what the tables, the log and the database's CPU become, on much history."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.polling.load import Load
from benchmarks.polling.measure import Figures, at, cpu
from benchmarks.polling.peers.ours import Ours
from benchmarks.polling.site import Site, site
from tests.servers.postgres import connect

TASKS = 10_000
SPREAD = 3.0
SLOWEST = 300  # Polls a second; a run that does not come to that is cut off, and reported.


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """What so many polls did to a database with so many finished tasks."""

    history: int
    figures: Figures
    grown: Mapping[str, int]  # By table, in bytes, with its indexes.
    size: int  # Of all tables in the end, in bytes.
    wal: int  # Bytes.
    hot: float | None  # Share of updates that touched no index.
    recorded: int  # Polls that the tables tell of; about as many as were answered.

    @property
    def wal_per_thousand(self) -> float | None:
        """The write-ahead log of 1,000 polls, in kB."""
        polls = self.figures.seen.answered
        return self.wal / polls if polls else None


@dataclass(frozen=True, slots=True)
class _Shape:
    sizes: Mapping[str, int]
    wal: int
    updates: int
    hot: int
    polls: int

    @classmethod
    def of(cls, url: str) -> "_Shape":
        with connect(url) as connection:
            tables = connection.execute(
                "SELECT relname, pg_total_relation_size(relid), n_tup_upd, n_tup_hot_upd"
                " FROM pg_stat_user_tables"
            ).fetchall()
            (wal,) = connection.execute(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
            ).fetchone() or (0,)
            (polls,) = connection.execute("SELECT sum(polls)::bigint FROM poll").fetchone() or (0,)
        sizes = {name: size for name, size, _, _ in tables}
        updates, hot = sum(row[2] for row in tables), sum(row[3] for row in tables)
        return cls(sizes, wal, updates, hot, polls)


def grow(history: int, polls: int, *, warm: float, **options: Any) -> Growth:
    """Poll 10,000 tasks so many times, beside so many that have ended."""
    peer, latency = Ours(history=history), options.pop("latency")
    with site(peer, latency=latency) as here:
        load = at(here, Load(tasks=TASKS, spread=SPREAD, **options))
        with peer.running(load, here) as pids:
            time.sleep(warm)
            before, used = _Shape.of(load.database_url), cpu(here, pids)
            here.upstream.open()
            _until(here, polls)
            seen = here.upstream.close(interval=load.interval)
            spent, after = cpu(here, pids).since(used), _Shape.of(load.database_url)
    updates = after.updates - before.updates
    changes = {name: size - before.sizes.get(name, 0) for name, size in after.sizes.items()}
    return Growth(
        history=history,
        figures=Figures(scenario="growth", peer=peer.name, tasks=TASKS, seen=seen, cpu=spent),
        grown={name: change for name, change in sorted(changes.items()) if change},
        size=sum(after.sizes.values()),
        wal=after.wal - before.wal,
        hot=(after.hot - before.hot) / updates if updates else None,
        recorded=after.polls - before.polls,
    )


def _until(here: Site, polls: int) -> None:
    """Wait for so many answers, within reason."""
    end = time.monotonic() + 30 + polls / SLOWEST
    while here.upstream.count() < polls and time.monotonic() < end:
        time.sleep(0.5)
