"""Who calls: the client behind the request's bearer key, and whether the key is good for it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import OperationalError

from app.clients.keys import Caller, authenticate, note_use
from app.clients.rate import CallRates
from app.clients.scopes import Scope
from app.clock import utc_now
from app.errors import Forbidden, NotAuthenticated
from app.process.process import Process
from app.web.door import process_of

_bearer = HTTPBearer(auto_error=False, description="An API key")
CLIENT = "client"  # Of a request's state: its id, once it is known who calls.
log = structlog.get_logger()


def _caller(
    # Not by a dependency: FastAPI solves what this depends on anew wherever this is depended on.
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    if credentials is None:
        raise NotAuthenticated
    process = process_of(request)
    bootstrap = process.settings.api_key
    caller = authenticate(
        process.database,
        credentials.credentials,
        bootstrap=bootstrap.get_secret_value() if bootstrap else None,
        now=utc_now(),
    )
    setattr(request.state, CLIENT, caller.client)
    if caller.key is not None and not caller.is_bootstrap:
        process.get(CallRates).take(caller.key)
    if not caller.is_use_noted:
        _note(process, caller)
    return caller


def _note(process: Process, caller: Caller) -> None:
    try:
        with process.database.writing() as session:
            note_use(session, caller, now=utc_now())
    except OperationalError:  # Nobody's request fails for that.
        log.warning("key.use_not_noted")


# Asking for this, or for any of those below, answers 401 to whoever has no good key.
CallerDep = Annotated[Caller, Depends(_caller)]


def _good_for(*scopes: Scope) -> Callable[[Caller], Awaitable[int]]:
    """Return what gives the id of the client to a key with any of `scopes`, and 403 to others."""

    async def client(caller: CallerDep) -> int:
        if caller.scopes.isdisjoint(scopes):
            raise Forbidden(f"this needs a key with the scope {' or '.join(scopes)}")
        return caller.client

    return client


async def _any_client(caller: CallerDep) -> int:
    return caller.client


# The id of the client, for any key; and with one that is good for what is asked.
ClientDep = Annotated[int, Depends(_any_client)]
TaskReader = Annotated[int, Depends(_good_for(Scope.TASKS_READ))]
TaskWriter = Annotated[int, Depends(_good_for(Scope.TASKS_WRITE))]
WebhookReader = Annotated[int, Depends(_good_for(Scope.TASKS_READ, Scope.WEBHOOKS_WRITE))]
WebhookWriter = Annotated[int, Depends(_good_for(Scope.WEBHOOKS_WRITE))]
Admin = Annotated[int, Depends(_good_for(Scope.ADMIN))]
