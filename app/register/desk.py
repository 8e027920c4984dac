"""Takes registrations that are sent one by one, and stores those together that come at one time."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple, Self

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from app.accounts.payer import FindPayer, find_payer
from app.clock import utc_now
from app.errors import LemonwatchError
from app.process.process import Process
from app.process.together import Together
from app.register.prepare import NewTask, Registrar
from app.register.register import Registered, register_each
from app.register.schemas import RegisterTask
from app.tasks.schemas import TaskOut

# Of these each may be as large as a request can be, and what is stored of it is written once more.
AT_ONCE = 32
THREADS = 2  # While one group waits for the disk, the next is made ready.


class _Asked(NamedTuple):
    body: RegisterTask
    client: int


class Desk:
    """One of a process. A transaction waits for the disk, and costs as much for one task as for some."""

    def __init__(self, process: Process) -> None:
        """Have nobody asking."""
        self._process = process
        self._together = Together(self._register, most=AT_ONCE, name="register", threads=THREADS)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    async def register(self, body: RegisterTask, *, client: int) -> tuple[TaskOut, bool]:
        """Store the client's task with its first look; return it, and whether it was new.

        Raises what `Registrar` does, and `register`.
        """
        if body.webhook_url is not None:  # Nobody else is to wait for the network.
            await run_in_threadpool(Registrar.of(self._process).check, body)
        return await self._together.ask(_Asked(body, client))

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nobody ask any more."""
        self._together.close()

    def _register(self, asked: Sequence[_Asked]) -> Sequence[Registered | Exception]:
        try:
            return self._store(asked)
        except OperationalError:  # The database is away, for all of them.
            raise
        except Exception:  # One of them is at fault: the others are not to fail with it.
            if len(asked) == 1:
                raise
            return [self._alone(one) for one in asked]

    def _alone(self, asked: _Asked) -> Registered | Exception:
        try:
            (registered,) = self._store([asked])
        except Exception as error:  # noqa: BLE001 - It is raised where it was asked for.
            return error
        return registered

    def _store(self, asked: Sequence[_Asked]) -> Sequence[Registered]:
        registrar, now = Registrar.of(self._process), utc_now()
        payer = cache(partial(find_payer, self._process.database))
        prepared = [_prepared(registrar, one, payer, now=now) for one in asked]
        return register_each(self._process.database, prepared)


def _prepared(
    registrar: Registrar, asked: _Asked, payer: FindPayer, *, now: datetime
) -> NewTask | LemonwatchError:
    try:
        account = payer(asked.body.account)
        return registrar.prepare(asked.body, client=asked.client, account=account, now=now)
    except LemonwatchError as error:
        return error
