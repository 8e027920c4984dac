"""Who calls: the client behind the request's bearer key."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.clients.keys import authenticate
from app.errors import NotAuthenticated
from app.web.door import ProcessDep

_bearer = HTTPBearer(auto_error=False, description="An API key")


def _caller(
    process: ProcessDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> int:
    if credentials is None:
        raise NotAuthenticated
    bootstrap = process.settings.api_key
    with process.database.reading() as session:
        return authenticate(
            session,
            credentials.credentials,
            bootstrap=bootstrap.get_secret_value() if bootstrap else None,
        )


# The id of the client; asking for it answers 401 to everyone else.
ClientDep = Annotated[int, Depends(_caller)]
