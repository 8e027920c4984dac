"""The vendor's sample loop, made fair: a requests.Session kept by each of 20 threads."""

from collections import deque
from threading import Thread
from time import monotonic, sleep

import requests

from benchmarks.polling.load import KEY, Load

THREADS = 20


def work(load: Load) -> None:
    """Ask until the process is ended."""
    start = monotonic()
    queue = deque((start + delay, url) for delay, url in load.delays)
    threads = [Thread(target=_ask_on, args=(queue, load)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask_on(queue: deque[tuple[float, str]], load: Load) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {KEY}"
        while True:
            try:
                due, url = queue.popleft()
            except IndexError:  # With fewer tasks than threads, some find none.
                sleep(0.1)
                continue
            if (wait := due - monotonic()) > 0:
                sleep(wait)
            if session.get(url, timeout=10).json()["status"] == "pending":
                queue.append((monotonic() + load.interval, url))
