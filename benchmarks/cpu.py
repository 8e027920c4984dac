"""How much CPU a process has used: with all its children, those that have ended too; or by thread."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from os import sysconf
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Stat:
    """What the kernel says of one process, in clock ticks."""

    pid: int
    parent: int
    own: int
    of_ended: int  # Of children that have ended and been waited for, and of theirs.


def parse(line: str) -> Stat:
    """Read a line of /proc/PID/stat; a process's name may hold spaces and brackets."""
    pid, _, rest = line.partition(" (")
    fields = rest.rpartition(")")[2].split()
    user, system, of_ended_user, of_ended_system = map(int, fields[11:15])
    return Stat(int(pid), int(fields[1]), user + system, of_ended_user + of_ended_system)


def total(stats: Iterable[Stat], roots: Iterable[int]) -> int:
    """Sum over the trees below `roots`, each process once.

    While a child lives its time is its own; once it has been waited for, it is part of its parent's.
    """
    known = {stat.pid: stat for stat in stats}
    children = defaultdict(list)
    for stat in known.values():
        children[stat.parent].append(stat.pid)
    waiting, seen = [*roots], set[int]()
    while waiting:
        pid = waiting.pop()
        if pid in known and pid not in seen:
            seen.add(pid)
            waiting += children[pid]
    return sum(known[pid].own + known[pid].of_ended for pid in seen)


def used_by(*roots: int) -> float | None:
    """Return the CPU seconds, user and system, of these trees; None where there is no /proc."""
    if not (PROC / "self" / "stat").exists():
        return None
    return total(_stats(), roots) / sysconf("SC_CLK_TCK")


def _stats() -> Iterable[Stat]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                yield parse((folder / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue  # It has ended meanwhile.


def by_thread() -> dict[str, float]:
    """Return the CPU seconds of this process's threads by their names, less the numbers at the end.

    Only Python's own threads that still run are told; none where the kernel does not say. By the
    nanosecond: of dozens of threads, each may have used less than a tick.
    """
    used: defaultdict[str, float] = defaultdict(float)
    for thread in threading.enumerate():
        file = PROC / "self" / "task" / str(thread.native_id) / "schedstat"
        with suppress(FileNotFoundError, ProcessLookupError):
            used[thread.name.rstrip("0123456789_")] += int(file.read_text().split()[0]) / 1e9
    return dict(used)
