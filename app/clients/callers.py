"""Finds out who calls, for all who call at one time. Each request asks anew: no key is kept in mind."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.clients.claim import Claim
from app.clients.keys import Caller, authenticate, note_use, standing
from app.clients.rate import CallRates
from app.clock import utc_now
from app.db.driver import LookUp
from app.errors import LemonwatchError, NotAuthenticated, TooManyRequests
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
        self._rates = process.get(CallRates)
        self._finding = Together(self._find, most=AT_ONCE, name="callers", threads=THREADS)
        self._noting = Together(self._note, most=AT_ONCE, name="key-use")
        self._requiring = Together(self._require, most=AT_ONCE, name="key-standing")

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    async def find(self, claim: Claim) -> Caller:
        """Return who calls, and note that the key was used.

        Raises NotAuthenticated where it is none, and TooManyRequests where it calls too often.
        """
        if claim.caller is not None and claim.refused is None:
            return claim.caller
        try:
            return await self._finding.ask(claim)
        finally:
            await self.note_use(claim)

    def admit(
        self, database: LookUp, claims: Sequence[Claim]
    ) -> Sequence[Caller | LemonwatchError]:
        """Return for each claim who calls, or what `find` raises: for who has more to ask of `database`.

        It is found out once; that the keys were used is then for that to note.
        """
        unknown = [claim.key for claim in claims if claim.caller is None]
        found = iter(authenticate(database, unknown, bootstrap=self._bootstrap, now=utc_now()))
        return [
            claim.refused or claim.caller or self._admit(claim, next(found)) for claim in claims
        ]

    async def note_use(self, claim: Claim) -> None:
        """Note that the key was used, if it is one, and that was not noted lately."""
        caller = claim.caller
        if caller is not None and not caller.is_use_noted:
            claim.settle(replace(caller, is_use_noted=True))
            await self._noting.ask(caller)

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

    def _find(self, claims: Sequence[Claim]) -> Sequence[Caller | LemonwatchError]:
        return self.admit(self._database, claims)

    def _admit(self, claim: Claim, found: Caller | NotAuthenticated) -> Caller | LemonwatchError:
        if isinstance(found, NotAuthenticated):
            return found
        claim.settle(found)
        try:
            if found.key is not None and not found.is_bootstrap:
                self._rates.take(found.key)
        except TooManyRequests as error:
            claim.refused = error
        return claim.refused or found

    def _note(self, callers: Sequence[Caller]) -> Sequence[None]:
        try:
            with self._database.writing() as session:
                note_use(session, callers, now=utc_now())
        except SQLAlchemyError:  # Nobody's request fails for that.
            log.warning("key.use_not_noted")
        return [None] * len(callers)

    def _require(self, callers: Sequence[Caller]) -> Sequence[Exception | None]:
        with self._database.reading() as session:
            stand = standing(session, callers, now=utc_now())
        return [None if caller in stand else _revoked() for caller in callers]


def _revoked() -> NotAuthenticated:
    return NotAuthenticated("this API key was revoked, or has expired, while it waited")
