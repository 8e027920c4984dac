"""The real API in a process of its own, with a side door: `python -m benchmarks.waiting.served SOCKET`.

By it the run asks what the process is about, or has it record the ends itself, as a recorder does that
is in the same process.
"""

import sys
from collections import Counter
from contextlib import suppress
from multiprocessing.connection import Listener
from threading import Thread
from typing import Any

from sqlalchemy import Engine, event

from app.process.logs import configure
from app.process.process import current
from app.settings import load_settings
from app.start.parts import api
from app.waiting.waiting import Waiting
from benchmarks.waiting.record import end_all

STATEMENTS = Counter[str]()


def main(door: str) -> None:
    """Serve until a signal."""
    configure()
    event.listen(Engine, "before_cursor_execute", _count)
    Thread(target=_listen, args=(door,), daemon=True).start()
    api(load_settings())


def _count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    STATEMENTS[statement.partition(" ")[0]] += 1


def _listen(door: str) -> None:
    with Listener(door, "AF_UNIX") as listener:
        while True:
            with listener.accept() as asking, suppress(EOFError):
                asking.send(_answer(asking.recv()))


def _answer(asked: str) -> float:
    match asked:
        case "waiting":
            return current().get(Waiting).count
        case "statements":
            return STATEMENTS.total() - STATEMENTS["BEGIN"]
        case "end":
            return end_all(current())
    raise ValueError(asked)


if __name__ == "__main__":
    main(sys.argv[1])
