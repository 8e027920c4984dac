"""Lemonwatch itself: a real worker and beat on PostgreSQL and Redis, driven only from outside."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from benchmarks.client import BIN, client, finish
from benchmarks.polling.load import KEY, Load, task_id
from benchmarks.polling.peers.rows import Rows
from tests.servers.process import free_port

if TYPE_CHECKING:
    from benchmarks.polling.site import Site

LEAD = 1.0  # Seconds, and more for many rows, in which tasks are put in before the first is due.
ROWS_PER_SECOND = 10_000
STARTING = 30.0  # Seconds that the API may take to answer.
ADMIN_KEY = "lw_benchmark"
MODEL = task_id(0)  # The task that the API makes, and of which all others are copies.


@dataclass(frozen=True, slots=True)
class Ours:
    """A peer like the others, with as many finished tasks in its tables as one wants."""

    history: int = 0
    name: str = "ours"
    about: str = "lemonwatch worker and beat, on PostgreSQL and Redis"
    database: bool = True
    broker: bool = True
    most: int = 60_000

    @contextmanager
    def running(self, load: Load, site: "Site") -> Iterator[Sequence[int]]:
        """Run worker and beat on the clients' core, and put in by SQL what is to be polled."""
        env = settings(load) | {
            "LEMONWATCH_DATABASE_URL": load.database_url,
            "LEMONWATCH_BROKER_URL": load.broker_url,
            "LEMONWATCH_SECRET_KEY": token_hex(16),
            "LEMONWATCH_POLL_IN_FLIGHT": str(load.in_flight),
        }
        log = site.folder / self.name
        lemonwatch = BIN / "lemonwatch"
        finish([lemonwatch, "migrate"], log=log, env=env)
        port = str(free_port())
        with client([lemonwatch, "api"], log=log, env=env | {"LEMONWATCH_PORT": port}):
            register(f"http://127.0.0.1:{port}", MODEL)
        with Rows(load.database_url, model=MODEL) as rows:
            rows.add_history(self.history)
            rows.settle()
        core = site.clients_core
        with (
            client([lemonwatch, "worker"], log=log, env=env, core=core) as worker,
            client([lemonwatch, "beat"], log=log, env=env, core=core) as beat,
        ):
            site.upstream.wait_for_somebody()  # It asks for the model: worker and beat are up.
            due = time.time() + LEAD + load.tasks / ROWS_PER_SECOND
            with Rows(load.database_url, model=MODEL) as rows:
                rows.add_live(load.tasks, due=due, spread=load.spread)
            time.sleep(max(0.0, due - time.time()))
            yield [worker.pid, beat.pid]


def settings(load: Load) -> dict[str, str]:
    """Return settings by which only the upstream's and our own speed are the limit."""
    interval = str(load.interval)
    return {
        "LEMONDATA_BASE_URL": load.base_url,
        "LEMONDATA_API_KEY": KEY,
        "LEMONDATA_RPM": "1000000",
        "LEMONWATCH_API_KEY": ADMIN_KEY,
        "LEMONWATCH_DEADLINE": str(30 * 86400),
        "LEMONWATCH_POLICY": "fixed",
        "LEMONWATCH_POLL_FLOOR": interval,
        "LEMONWATCH_POLL_CAP": interval,
    }


def register(api: str, task: str) -> None:
    """Register a task, once the API answers and is not too busy for it."""
    request = Request(
        f"{api}/v1/tasks",
        data=json.dumps({"task_id": task}).encode(),
        headers={"Authorization": f"Bearer {ADMIN_KEY}", "Content-Type": "application/json"},
    )
    until = time.monotonic() + STARTING
    while True:
        try:
            urlopen(request, timeout=STARTING).close()
        except URLError as error:
            is_busy = isinstance(error, HTTPError) and error.code == 503
            is_down = isinstance(error.reason, ConnectionRefusedError)
            if not (is_busy or is_down) or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
