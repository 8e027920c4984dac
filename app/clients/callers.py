"""Finds out who calls, for all who call at one time. Each request asks anew: no key is kept in mind."""

from collections.abc import Sequence
from typing import Self

import structlog
from sqlalchemy.exc import OperationalError

from app.clients.keys import Caller, authenticate, note_use, standing
from app.clock import utc_now
from app.errors import NotAuthenticated
from app.process.process import Process
from app.process.together import Together

AT_ONCE = 500  # in one question
THREADS = 2

log = structlog.get_logger()


class Callers:
    """One of a process."""

    def __init__(self, process: Process) -> None:
        """Have nobody asking."""
        bootstrap = process.settings.api_key
        self._bootstrap = bootstrap.get_secret_value() if bootstrap else None
        self._database = process.database
        self._finding = Together(self._find, most=AT_ONCE, name="callers", threads=THREADS)
        self._noting = Together(self._note, most=AT_ONCE, name="key-use")
        self._requiring = Together(self._require, most=AT_ONCE, name="key-standing")

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    async def find(self, key: str) -> Caller:
        """Return who calls with `key`, and note that it was used; raise NotAuthenticated where it is none."""
        caller = await self._finding.ask(key)
        if not caller.is_use_noted:
            await self._noting.ask(caller)
        return caller

    async def require(self, caller: Caller) -> None:
        """Raise NotAuthenticated where the key has been revoked, or has expired, since it was looked up.

        For answers that are given after a while.
        """
        await self._requiring.ask(caller)

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nobody ask any more."""
        for together in (self._finding, self._noting, self._requiring):
            together.close()

    def _find(self, keys: Sequence[str]) -> Sequence[Caller | Exception]:
        return authenticate(self._database, keys, bootstrap=self._bootstrap, now=utc_now())

    def _note(self, callers: Sequence[Caller]) -> Sequence[None]:
        try:
            with self._database.writing() as session:
                note_use(session, callers, now=utc_now())
        except OperationalError:  # Nobody's request fails for that.
            log.warning("key.use_not_noted")
        return [None] * len(callers)

    def _require(self, callers: Sequence[Caller]) -> Sequence[Exception | None]:
        with self._database.reading() as session:
            stand = standing(session, callers, now=utc_now())
        return [None if caller in stand else _revoked() for caller in callers]


def _revoked() -> NotAuthenticated:
    return NotAuthenticated("this API key was revoked, or has expired, while it waited")
