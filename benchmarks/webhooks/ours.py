"""Our own delivering in a process of its own: `python -m benchmarks.webhooks.ours fill|owe|deliver|follow`.

`fill` puts in what events are to be about, and `owe` records all of these as well. `deliver` posts what
is owed; `follow` records events beside the posting, as a worker does that polls too, and posts them.
"""

import sys
import time
from collections import Counter
from collections.abc import Mapping

from app.db.migrate import migrate
from app.deliver.cycle import DeliverCycle
from app.process import process as processes
from app.process.garbage import search_seldom
from app.process.logs import configure
from app.process.process import Process
from app.settings import load_settings
from benchmarks.cpu import by_thread
from benchmarks.webhooks.asked import wait_for
from benchmarks.webhooks.load import Load
from benchmarks.webhooks.record import Committed, fill, record_all
from benchmarks.webhooks.said import Said

GRACE = 5.0  # Seconds for what was answered and is still to be written.


def main(part: str) -> None:
    """Do one part of it."""
    configure()
    load, process = Load.here(), Process(load_settings())
    processes.use(process)
    match part:
        case "fill" | "owe":
            migrate(process.database)
            fill(process, load)
            if part == "owe":
                record_all(process, load)
            process.close()
        case "deliver":
            _deliver(process, load, follows=False).write(load)
        case "follow":
            _deliver(process, load, follows=True).write(load)


def _deliver(process: Process, load: Load, *, follows: bool) -> Said:
    search_seldom()
    cycle = process.get(DeliverCycle)
    began, cpu, threads = time.monotonic(), time.process_time(), by_thread()
    cycle.run()
    committed: Committed = record_all(process, load) if follows else {}
    wait_for(load, count=load.healthy, ring=cycle.run)
    used = _since(threads)  # A thread that has ended tells nothing any more.
    process.close(grace=0 if load.dead else GRACE)
    return Said(began=began, cpu=time.process_time() - cpu, threads=used, committed=committed)


def _since(before: Mapping[str, float]) -> dict[str, float]:
    return dict(Counter(by_thread()) - Counter(before))


if __name__ == "__main__":
    main(sys.argv[1])
