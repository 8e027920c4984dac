"""Who calls: the client behind the request's bearer key, and whether the key is good for it."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param

from app.clients.callers import Callers
from app.clients.keys import Caller
from app.clients.rate import CallRates
from app.clients.scopes import Scope
from app.errors import Forbidden, NotAuthenticated
from app.web.door import process_of

CALLER = "caller"  # Of a request's state, once it is known who calls.


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
        process = process_of(request)
        caller = await process.get(Callers).find(key)
        setattr(request.state, CALLER, caller)
        if caller.key is not None and not caller.is_bootstrap:
            process.get(CallRates).take(caller.key)
    return caller


# The id of the client, for any key; and with one that is good for what is asked.
ClientDep = Annotated[int, Depends(_Key())]
TaskReader = Annotated[int, Depends(_Key(Scope.TASKS_READ))]
TaskWriter = Annotated[int, Depends(_Key(Scope.TASKS_WRITE))]
WebhookReader = Annotated[int, Depends(_Key(Scope.TASKS_READ, Scope.WEBHOOKS_WRITE))]
WebhookWriter = Annotated[int, Depends(_Key(Scope.WEBHOOKS_WRITE))]
Admin = Annotated[int, Depends(_Key(Scope.ADMIN))]
