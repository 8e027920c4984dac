"""What this process knows of tasks that it asked for itself: claimed again, they need no wide row."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from app.tasks.watch import Watch

MOST = 100_000  # tasks; of fewer under way none is read twice


class Known:
    """Watches by task and token. A claim that finds the token one higher than here took just this.

    Whatever changes a watch raises the token: claiming does, and recording. What does not (a look that
    was asked for, the end of an account's trouble, a clock that was put right) writes only columns that
    claiming returns.
    """

    def __init__(self, *, most: int = MOST) -> None:
        """Know at most so many."""
        self._most = most
        # Of a plain dict that is emptied from its front, finding the first takes longer and longer.
        self._watches: OrderedDict[int, tuple[int, str, Watch]] = OrderedDict()
        self._lock = Lock()

    def keep(self, written: Iterable[tuple[int, int, str, Watch]]) -> None:
        """Keep what is committed: the task, the row's token by then, LemonData's id and the watch."""
        with self._lock:
            for task_id, token, upstream_id, watch in written:
                self._watches[task_id] = (token, upstream_id, watch)
            while len(self._watches) > self._most:
                self._watches.popitem(last=False)

    def recall(self, claimed: Iterable[tuple[int, int]]) -> dict[int, tuple[str, Watch]]:
        """Return what is known of these tasks, by id, claimed under these tokens; then forget it."""
        found: dict[int, tuple[str, Watch]] = {}
        with self._lock:
            for task_id, token in claimed:
                known = self._watches.pop(task_id, None)
                if known and known[0] + 1 == token:
                    found[task_id] = known[1:]
        return found
