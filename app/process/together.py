"""Does in one go what many ask for at one time: each group is what came while the one before was done."""

import asyncio
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.errors import Misconfigured
from app.process.wake import wake

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Group = Sequence[tuple[Asked, asyncio.Future[Answer]]]


class Together(Generic[Asked, Answer]):
    """What a database does at the same cost for one and for many is done for all who wait for it.

    Nobody waits for company: who comes while nothing is under way is served at once, alone.
    """

    def __init__(
        self, do: Callable[[Sequence[Asked]], Sequence[Answer | Exception]], *, most: int, name: str,
        threads: int = 1,
    ) -> None:  # fmt: skip
        """Have `do` called with up to `most` of what is asked for, on `threads` of its own.

        It returns what is to be answered, or raised where it was asked for. What it raises for several may
        be the fault of one: each is tried alone then, unless the database is away for all.
        """
        self._do = do
        self._most = most
        self._threads = [Thread(target=self._serve, name=name, daemon=True) for _ in range(threads)]
        # One for each group to begin. An executor's queue costs twice as much as all the rest here.
        self._rings: SimpleQueue[bool] = SimpleQueue()
        self._lock = Lock()
        self._under_way = 0
        self._is_closed = False
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []

    async def ask(self, asked: Asked) -> Answer:
        """Have it done with what else is asked for; return the answer, or raise it."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._is_closed:
                raise Misconfigured("This process is closing.")
            self._waiting.append((asked, answer))
            begins = self._under_way < len(self._threads)
            if begins:
                if self._threads[self._under_way].ident is None:
                    self._threads[self._under_way].start()
                self._under_way += 1
        if begins:
            self._rings.put(True)
        return await answer

    def close(self) -> None:
        """Take on nothing new; the threads end once all that was asked for is done."""
        with self._lock:
            self._is_closed = True
        for _ in self._threads:
            self._rings.put(False)

    def _serve(self) -> None:
        while self._rings.get():
            self._go_on()

    def _go_on(self) -> None:
        while group := self._take():
            answers = self._answers([asked for asked, _ in group])
            wake(zip([waits for _, waits in group], answers, strict=True))

    def _answers(self, asked: Sequence[Asked]) -> Sequence[Answer | Exception]:
        try:
            return [answer for _, answer in zip(asked, self._do(asked), strict=True)]
        except Exception as error:  # noqa: BLE001 - It is raised where it was asked for.
            if len(asked) == 1 or isinstance(error, OperationalError | NoConnection):
                return [error] * len(asked)
            return [answer for one in asked for answer in self._answers([one])]

    def _take(self) -> Group[Asked, Answer]:
        with self._lock:
            group = self._waiting[: self._most]
            del self._waiting[: self._most]
            self._under_way -= not group
            return group
