"""Tells a client in every answer that an endpoint of its own fails: who is not told of events looks here."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Self

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.clients.claim import CALLER
from app.clients.keys import Caller
from app.endpoints.endpoint import BY_ITS_OWNER
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.process.process import Process

HEADER = "Lemonwatch-Failing-Webhooks"
FRESH = 5.0  # seconds
MOST = 10  # of one client's; a header has to stay short


class Failing:
    """The endpoints that fail, or were disabled for it, by client: read anew every few seconds for all."""

    def __init__(self, process: Process) -> None:
        """Know nothing yet."""
        self._database = process.database
        self._known: Mapping[int, Sequence[str]] = {}
        self._until = 0.0

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the part of a process."""
        return cls(process)

    async def of_client(self, client: int) -> Sequence[str]:
        """Return the ids of the client's, the oldest first."""
        if monotonic() >= self._until:
            self._until = monotonic() + FRESH  # One asks, and the others go by what was before.
            with suppress(SQLAlchemyError):  # Nobody's answer fails for a database that is away.
                self._known = await run_in_threadpool(self._read)
        return self._known.get(client, ())

    def _read(self) -> Mapping[int, Sequence[str]]:
        with self._database.reading() as session:
            return failing(session)

    def stop(self) -> None:
        """Have nothing to stop."""

    def close(self, *, grace: float) -> None:
        """Have nothing to close."""


def failing(session: Session) -> Mapping[int, Sequence[str]]:
    """Read, by client, which endpoints fail; what its owner has disabled does not."""
    is_cut_off = (Endpoint.state == EndpointState.DISABLED) & (
        Endpoint.disabled_reason != BY_ITS_OWNER
    )
    found = select(Endpoint.client_id, Endpoint.public_id).where(
        or_(Endpoint.state == EndpointState.FAILING, is_cut_off), Endpoint.deleted_at.is_(None)
    )
    ids: defaultdict[int, list[str]] = defaultdict(list)
    for client_id, public_id in session.execute(found.order_by(Endpoint.id)):
        if len(ids[client_id]) < MOST:
            ids[client_id].append(public_id)
    return ids


class FailingHeader:
    """Adds the header to every answer to a client that is known, errors too but for a crash.

    Not as a dependency of each route, which FastAPI would solve anew with all that it depends on.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the header where there is something to tell."""

        async def tell(message: Message) -> None:
            caller: Caller | None = scope.get("state", {}).get(CALLER)
            if caller and message["type"] == "http.response.start":
                process: Process = scope["app"].state.process
                if ids := await process.get(Failing).of_client(caller.client):
                    MutableHeaders(scope=message)[HEADER] = ", ".join(ids)
            await send(message)

        await self._app(scope, receive, tell)
