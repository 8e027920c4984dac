"""CPU is counted over whole trees of processes, each second of it once, and by thread."""

import subprocess
import sys
import time
from threading import Event, Thread

import pytest

from benchmarks.cpu import Stat, by_thread, parse, total, used_by

LINE = "42 (a (odd) name) S 7 42 42 0 -1 4194304 1 2 3 4 100 20 30 5 20 0 1 0 99 0 0"
BURN = "import time\nwhile time.process_time() < 0.3: pass"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
print("done", flush=True)
sys.stdin.read()
"""


def test_a_line_of_the_kernel_is_read_whatever_the_process_is_called() -> None:
    assert parse(LINE) == Stat(pid=42, parent=7, own=120, of_ended=35)


def test_a_tree_is_its_processes_and_those_that_have_ended() -> None:
    postmaster = Stat(1, 0, own=5, of_ended=100)
    backend, worker = Stat(2, 1, own=10, of_ended=0), Stat(3, 2, own=1, of_ended=2)
    stranger = Stat(9, 0, own=1000, of_ended=1000)

    assert total([worker, stranger, backend, postmaster], [1]) == 118


def test_a_process_below_two_roots_counts_once() -> None:
    parent, child = Stat(1, 0, own=5, of_ended=0), Stat(2, 1, own=7, of_ended=0)

    assert total([parent, child], [1, 2]) == 12


def test_a_root_that_is_gone_has_used_nothing() -> None:
    assert total([], [1]) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has a /proc.")
def test_a_child_that_has_ended_stays_counted() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        parent.stdout.readline()
        used = used_by(parent.pid)

    assert used is not None
    assert used >= 0.25


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has a /proc.")
def test_threads_of_one_name_are_counted_together() -> None:
    """So are those of a pool, whose names end in numbers."""
    burnt, end = [Event(), Event()], Event()

    def burn(done: Event) -> None:
        until = time.thread_time() + 0.1
        while time.thread_time() < until:
            pass
        done.set()
        end.wait()

    threads = [Thread(target=burn, args=(one,), name=f"burn_{n}") for n, one in enumerate(burnt)]
    for thread in threads:
        thread.start()
    assert all(one.wait(30) for one in burnt)
    used = by_thread()
    end.set()
    for thread in threads:
        thread.join()

    assert used["burn"] >= 0.19
