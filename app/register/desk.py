"""Takes registrations that are sent one by one, and stores those together that come at one time."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from starlette.concurrency import run_in_threadpool

from app.accounts.payer import find_payer
from app.clients.callers import Callers
from app.clients.claim import Claim
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
    claim: Claim


class Desk:
    """One of a process. A transaction waits for the disk, and costs as much for one task as for some."""

    def __init__(self, process: Process) -> None:
        """Have nobody asking."""
        self._process = process
        self._callers = process.get(Callers)
        self._together = Together(self._store, most=AT_ONCE, name="register", threads=THREADS)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    async def register(self, body: RegisterTask, claim: Claim) -> tuple[TaskOut, bool]:
        """Store the task of who calls with its first look; return it, and whether it was new.

        Raises what `Callers.find` does, `Claim.require` and `Registrar`; Conflict when the task is tracked
        for another account, and InvalidInput when it is new and its account is disabled.
        """
        if body.webhook_url is not None:  # Nobody else is to wait for the network.
            claim.require(await self._callers.find(claim))
            await run_in_threadpool(Registrar.of(self._process).check, body)
        try:
            return await self._together.ask(_Asked(body, claim))
        finally:
            await self._callers.note_use(claim)

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nobody ask any more."""
        self._together.close()

    def _store(self, asked: Sequence[_Asked]) -> Sequence[Registered]:
        """Find out who calls and who pays, and store: all by one thread, in one turn."""
        registrar, now = Registrar.of(self._process), utc_now()
        database = self._process.database
        with database.lent() as driver:
            callers = self._callers.admit(driver, [one.claim for one in asked])
            clients = [one.claim.of(caller) for one, caller in zip(asked, callers, strict=True)]
            names = {
                one.body.account
                for one, client in zip(asked, clients, strict=True)
                if isinstance(client, int)
            }
            payers = {name: find_payer(driver, name) for name in names}

        def prepared(one: _Asked, client: int | LemonwatchError) -> NewTask | LemonwatchError:
            if isinstance(client, LemonwatchError):
                return client
            try:
                account = payers[one.body.account]
                return registrar.prepare(one.body, client=client, account=account, now=now)
            except LemonwatchError as error:
                return error

        return register_each(database, [*map(prepared, asked, clients)])
