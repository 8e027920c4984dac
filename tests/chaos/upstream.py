"""A LemonData that outlives whoever asks it, and notices when it is asked twice at once."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import httpx

from tests.e2e.service import read
from tests.fakes import Reply, Request, serving


class Upstream:
    """Tasks that end when their time has come; each answer takes a while."""

    def __init__(self, *, delay: float) -> None:
        """Take `delay` seconds for each answer."""
        self.url = ""
        self.polls = 0
        self.overlapping: set[str] = set()
        self._delay = delay
        self._ends: dict[str, float] = {}
        self._asking: Counter[str] = Counter()
        self._lock = Lock()

    @property
    def waited_for(self) -> int:
        """How many answers somebody waits for."""
        with self._lock:
            return self._asking.total()

    def begin(self, api: httpx.Client, durations: list[float], *, webhook_url: str) -> set[str]:
        """Begin a task for each duration, in seconds, register it, and return the ids."""
        for number, seconds in enumerate(durations):
            task_id = f"img_{number}"
            self._ends[task_id] = time.monotonic() + seconds
            body = {"task_id": task_id, "webhook_url": webhook_url}
            read(api.post("/v1/tasks", json=body), 201)
        return set(self._ends)

    def answer(self, request: Request) -> Reply:
        """Say how the task stands."""
        task_id = request.path.rpartition("/")[2]
        with self._lock:
            self.polls += 1
            self._asking[task_id] += 1
            if self._asking[task_id] > 1:
                self.overlapping.add(task_id)
        time.sleep(self._delay)
        over = time.monotonic() >= self._ends[task_id]
        with self._lock:
            self._asking[task_id] -= 1
        url = f"https://cdn.example/{task_id}.png"
        done = {"status": "completed", "data": [{"url": url}]}
        return Reply(body=json.dumps(done if over else {"status": "processing"}).encode())


@contextmanager
def upstream(*, delay: float) -> Iterator[Upstream]:
    """Be LemonData until the block ends."""
    lemondata = Upstream(delay=delay)
    with serving(lemondata.answer) as server:
        lemondata.url = server.url
        yield lemondata
