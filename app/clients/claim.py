"""What a request says of who calls, and what has been found out of it."""

from collections.abc import Collection

from fastapi import Request
from fastapi.security.utils import get_authorization_scheme_param

from app.clients.keys import Caller
from app.clients.scopes import Scope
from app.errors import Forbidden, LemonwatchError, NotAuthenticated

CALLER = "caller"  # Of a request's state, once it is known who calls.


class Claim:
    """The key that a request came with, which is to be good for any of some scopes, if there are any."""

    def __init__(self, request: Request, scopes: Collection[Scope] = ()) -> None:
        """Take the key of the request; raise NotAuthenticated where it has none."""
        kind, key = get_authorization_scheme_param(request.headers.get("Authorization"))
        if kind.lower() != "bearer" or not key:
            raise NotAuthenticated
        self.key = key
        self.refused: LemonwatchError | None = None  # Though it is known who calls.
        self._scopes = scopes
        self._state = request.state

    @property
    def caller(self) -> Caller | None:
        """Who sent the request, once that is known: it is found out once."""
        caller: Caller | None = getattr(self._state, CALLER, None)
        return caller

    def settle(self, caller: Caller) -> None:
        """Make known who sent the request."""
        setattr(self._state, CALLER, caller)

    def require(self, caller: Caller) -> int:
        """Return the id of the client; raise Forbidden where its key is good for other things."""
        client = self.of(caller)
        if isinstance(client, LemonwatchError):
            raise client
        return client

    def of(self, caller: Caller | LemonwatchError) -> int | LemonwatchError:
        """Return what `require` does, or what it raises, or why it is nobody."""
        if isinstance(caller, LemonwatchError):
            return caller
        if self._scopes and caller.scopes.isdisjoint(self._scopes):
            return Forbidden(f"this needs a key with the scope {' or '.join(self._scopes)}")
        return caller.client
