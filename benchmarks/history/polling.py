"""Rounds of polls, from the claim to the record, on one database or another."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import perf_counter

from app.clock import utc_now
from app.db.session import Database
from app.poll.record import record
from benchmarks.cpu import used_by
from benchmarks.history.results import Rounds
from benchmarks.rank import nearest_rank
from tests.build import claim_polls, unfinished

AT_ONCE = 500  # polls
APART = timedelta(seconds=10)


def rounds(databases: Sequence[tuple[int, Database]], *, count: int, pid: int) -> Sequence[Rounds]:
    """Run `count` rounds on each database, by turns; each is given with the size of its history."""
    took: list[list[float]] = [[] for _ in databases]
    used: list[list[float]] = [[] for _ in databases]
    for number in range(1, count + 1):
        for place, (_, database) in enumerate(databases):
            before, began = used_by(pid), perf_counter()
            polls = _round(database, utc_now() + number * APART)
            took[place].append(1e6 * (perf_counter() - began) / polls)
            after = used_by(pid)
            if before is not None and after is not None:
                used[place].append(1e6 * (after - before) / polls)
    return [
        Rounds(
            history=history, count=count, p50=nearest_rank(sorted(took[place]), 0.5),
            database=sum(used[place]) / count if used[place] else None,
        )
        for place, (history, _) in enumerate(databases)
    ]  # fmt: skip


def _round(database: Database, now: datetime) -> int:
    with database.writing() as session:
        claims = claim_polls(session, now=now, limit=AT_ONCE)
    with database.writing() as session:
        record(session, [unfinished(claim, now, sight="pending") for claim in claims], now=now)
    return len(claims)
