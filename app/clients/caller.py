"""Who calls: the client behind the request's bearer key, and whether the key is good for it."""

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from app.clients.callers import Callers
from app.clients.claim import Claim
from app.clients.keys import Caller
from app.clients.scopes import Scope
from app.web.door import process_of
from app.web.route import Handler, StrictRoute, body_of

LARGE = 64 << 10  # bytes
_CLAIM = "claim"  # Of a request's state, where it is left to the route to find out who calls.


class _Claimed(SecurityBase):
    """A key that is to be good for any of some scopes; or for anything, if there are none.

    One dependency, and not one upon the other: FastAPI solves each of them anew at each request, for what
    looking the key up costs.
    """

    def __init__(self, *scopes: Scope) -> None:
        self.model = HTTPBearer(description="An API key")
        self.scheme_name = "HTTPBearer"
        self._scopes = scopes


class _Key(_Claimed):
    async def __call__(self, request: Request) -> int:
        """Return the id of the client; 401 without a good key, and 403 where it is good for other things."""
        claim = Claim(request, self._scopes)
        return claim.require(await process_of(request).get(Callers).find(claim))


class _Claim(_Claimed):
    async def __call__(self, request: Request) -> Claim:
        """Return the claim as it is: the route asks for it with all else that it asks the database for."""
        claim = Claim(request, self._scopes)
        setattr(request.state, _CLAIM, claim)
        return claim


class ClaimRoute(StrictRoute):
    """A route that may find out by itself who calls: of one with claims."""

    def get_route_handler(self) -> Handler:
        """Return a handler that tells nobody what is wrong with what he may not send anyway."""
        handle = super().get_route_handler()

        async def claimed(request: Request) -> Response:
            # What is large is not looked into for just anybody.
            if self.body_field and len(await body_of(request)) > LARGE:
                await caller_of(request)
            try:
                return await handle(request)
            except RequestValidationError:
                claim: Claim | None = getattr(request.state, _CLAIM, None)
                if claim is not None:
                    claim.require(await process_of(request).get(Callers).find(claim))
                raise

        return claimed


async def caller_of(request: Request) -> Caller:
    """Return who sent the request; it is found out once. Raises NotAuthenticated and TooManyRequests."""
    return await process_of(request).get(Callers).find(Claim(request))


# The id of the client, for any key; and with one that is good for what is asked.
ClientDep = Annotated[int, Depends(_Key())]
TaskReader = Annotated[int, Depends(_Key(Scope.TASKS_READ))]
TaskWriter = Annotated[int, Depends(_Key(Scope.TASKS_WRITE))]
WebhookReader = Annotated[int, Depends(_Key(Scope.TASKS_READ, Scope.WEBHOOKS_WRITE))]
WebhookWriter = Annotated[int, Depends(_Key(Scope.WEBHOOKS_WRITE))]
Admin = Annotated[int, Depends(_Key(Scope.ADMIN))]
# The same, of a `ClaimRoute`, before it is looked up.
TaskWriterClaim = Annotated[Claim, Depends(_Claim(Scope.TASKS_WRITE))]
