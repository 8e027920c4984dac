"""Worker and beat on threads of this process, for the embedded default."""

from collections.abc import Callable
from threading import Thread

import structlog
from celery import Celery

from app.worker import make_beat, make_worker, stop_worker

log = structlog.get_logger()


class Ticking:
    """A Celery worker and a beat beside the API, over one broker that may be in memory."""

    def __init__(self, celery_app: Celery, *, crashed: Callable[[], None]) -> None:
        """Prepare both; `crashed` is called if either ends by itself."""
        self._crashed = crashed
        self._stopping = False
        self._beat = make_beat(celery_app)
        self._worker = make_worker(celery_app)
        self._threads = [
            Thread(target=self._run, args=(name, run), name=name, daemon=True)
            for name, run in (("worker", self._worker.start), ("beat", self._beat.start))
        ]

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float) -> None:
        """Ring no more, and wait at most `timeout` seconds for each thread."""
        self._stopping = True
        self._beat.stop(wait=False)
        stop_worker()
        for thread in self._threads:
            thread.join(timeout)

    def _run(self, name: str, run: Callable[[], None]) -> None:
        try:
            run()
        except SystemExit:
            pass
        except Exception:
            log.exception("thread.crashed", thread=name)
        if not self._stopping:
            # A service that answers but polls nothing is worse than one that is restarted.
            self._crashed()
