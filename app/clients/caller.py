"""Who calls: the client behind the request's bearer key, and whether the key is good for it."""

from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from app.clients.keys import Caller, authenticate, note_use
from app.clients.rate import CallRates
from app.clients.scopes import Scope
from app.clock import utc_now
from app.errors import Forbidden, NotAuthenticated
from app.process.process import Process
from app.web.door import process_of

CALLER = "caller"  # Of a request's state, once it is known who calls.
log = structlog.get_logger()


class _Key(SecurityBase):
    """A key that is good for any of some scopes; or for anything, if there are none.

    One dependency, and not one upon the other: FastAPI solves each of them anew at each request, for what
    looking the key up costs.
    """

    def __init__(self, *scopes: Scope) -> None:
        self.model = HTTPBearer(description="An API key")
        self.scheme_name = "HTTPBearer"
        self._scopes = scopes

    async def __call__(self, request: Request) -> int:
        """Return the id of the client; 401 without a good key, and 403 where it is good for other things."""
        caller = await caller_of(request)
        if self._scopes and caller.scopes.isdisjoint(self._scopes):
            raise Forbidden(f"this needs a key with the scope {' or '.join(self._scopes)}")
        return caller.client


async def caller_of(request: Request) -> Caller:
    """Return who sent the request; it is found out once. Raises NotAuthenticated and TooManyRequests."""
    caller: Caller | None = getattr(request.state, CALLER, None)
    if caller is None:
        kind, key = get_authorization_scheme_param(request.headers.get("Authorization"))
        if kind.lower() != "bearer" or not key:
            raise NotAuthenticated
        caller = await run_in_threadpool(_caller, process_of(request), key)
        setattr(request.state, CALLER, caller)
        if caller.key is not None and not caller.is_bootstrap:
            process_of(request).get(CallRates).take(caller.key)
    return caller


def _caller(process: Process, key: str) -> Caller:
    bootstrap = process.settings.api_key
    caller = authenticate(
        process.database,
        key,
        bootstrap=bootstrap.get_secret_value() if bootstrap else None,
        now=utc_now(),
    )
    if not caller.is_use_noted:
        _note(process, caller)
    return caller


def _note(process: Process, caller: Caller) -> None:
    try:
        with process.database.writing() as session:
            note_use(session, caller, now=utc_now())
    except OperationalError:  # Nobody's request fails for that.
        log.warning("key.use_not_noted")


# The id of the client, for any key; and with one that is good for what is asked.
ClientDep = Annotated[int, Depends(_Key())]
TaskReader = Annotated[int, Depends(_Key(Scope.TASKS_READ))]
TaskWriter = Annotated[int, Depends(_Key(Scope.TASKS_WRITE))]
WebhookReader = Annotated[int, Depends(_Key(Scope.TASKS_READ, Scope.WEBHOOKS_WRITE))]
WebhookWriter = Annotated[int, Depends(_Key(Scope.WEBHOOKS_WRITE))]
Admin = Annotated[int, Depends(_Key(Scope.ADMIN))]
