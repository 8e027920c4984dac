"""The forecasts of this process: at hand at once, and kept up to date beside its work."""

from threading import Event, Lock, Thread
from typing import Self

import structlog
from sqlalchemy.exc import OperationalError

from app.curves.models import CurveRow
from app.curves.read import key_of, newer
from app.db.session import Database
from app.process.process import Process
from app.schedule.cold import cold_curve
from app.schedule.estimate import estimate
from app.schedule.forecast import Book, Key

EVERY = 5.0  # seconds between two readings, at least
AT_FIRST = 100  # Curves that the first use waits for; an estimate takes some milliseconds.

log = structlog.get_logger()


class Forecasts:
    """Reads the curves at first use, and from then on while in use, on a thread of its own."""

    def __init__(
        self, database: Database, *, floor: float, cap: float, every: float = EVERY
    ) -> None:
        """Plan waits from `floor` to `cap` seconds; nothing is read before the first use."""
        self._database = database
        self._every = every
        self._book = Book(floor, cap)
        self._versions: dict[Key, int] = {}
        self._beginning, self._refreshing = Lock(), Lock()
        self._used, self._closing = Event(), Event()
        self._thread: Thread | None = None

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part for `process`, as its settings say."""
        floor, cap = process.settings.intervals
        return cls(process.database, floor=floor.total_seconds(), cap=cap.total_seconds())

    @property
    def book(self) -> Book:
        """What is known now; only the first use waits for the database."""
        if self._thread is None:
            self._begin()
        self._used.set()
        return self._book

    def refresh(self, *, most: int | None = None) -> None:
        """Read at most `most` of the curves that are new, now."""
        with self._refreshing:
            for row in newer(self._database, than=self._versions, most=most):
                if self._closing.is_set():
                    break
                self._take_over(row)
            self._book.make_wanted()

    def stop(self) -> None:
        """Read no more."""
        self._closing.set()
        self._used.set()

    def close(self, *, grace: float) -> None:
        """End the thread, which is busy for no longer than one plan takes."""
        self.stop()
        if self._thread:
            self._thread.join(timeout=5)

    def _begin(self) -> None:
        with self._beginning:
            if self._thread is None:
                self._refresh_quietly(most=AT_FIRST)
                self._thread = Thread(target=self._keep_up, name="forecasts", daemon=True)
                self._thread.start()

    def _keep_up(self) -> None:
        while not self._closing.is_set():
            self._used.wait()
            self._used.clear()
            self._refresh_quietly()
            self._closing.wait(self._every)

    def _refresh_quietly(self, *, most: int | None = None) -> None:
        try:
            self.refresh(most=most)
        except OperationalError:
            # The database is away: what is known is old, and still better than nothing.
            log.warning("forecasts.refresh_failed")
        except Exception:
            log.exception("forecasts.refresh_failed")

    def _take_over(self, row: CurveRow) -> None:
        kind, model = key = key_of(row)
        prior = cold_curve(kind) if model is None else self._book.of(kind, None).curve
        book = self._book.with_curves({key: estimate(row.tally, prior)})
        if self._book.of(kind, model).has_plan:
            # Made here, before anyone can ask for it: no poll waits for a tenth of a second.
            _ = book.of(kind, model).plan
        self._book = book
        self._versions[key] = row.version
