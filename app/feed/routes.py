"""Where a client fetches its events: the same, under the same ids, as webhooks bring."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.clients.caller import TaskReader, caller_of
from app.clients.callers import Callers
from app.clients.keys import Caller, standing
from app.clock import utc_now
from app.errors import Gone
from app.feed.read import Told, position, read_after
from app.feed.schemas import EventId, EventList, EventQuery, StreamQuery, frame, page
from app.outbox.subject import of_events
from app.process.process import Process
from app.waiting.waiting import Waiting
from app.web.door import ProcessDep
from app.web.problems import GONE
from app.web.route import StrictRoute

router = APIRouter(prefix="/events", tags=["events"], route_class=StrictRoute)

AT_ONCE = 100  # events that a stream reads together
# A stream where nothing comes says so, lest what lies between takes it for dead.
ALIVE_EVERY = 15.0  # seconds
STREAM = (
    "Server-sent events: `id`, `event` (the type) and `data` (the event), for as long as you listen"
)
TEXT = {"type": "string"}
BEGUN = ": from here on come events\nretry: 2000\n\n"
ALIVE = ": nothing new\n\n"


@router.get("", responses=GONE | {200: {"model": EventList}}, response_class=Response)
async def list_events(
    query: Annotated[EventQuery, Query()], client: TaskReader, request: Request, process: ProcessDep
) -> Response:
    """List the client's events after one, the oldest first; wait for one where there is none."""
    after = await run_in_threadpool(_position, process, client, query.after, "?after")
    told = await run_in_threadpool(_read, process, client, after, query.limit + 1)
    if not told and query.wait:
        await process.get(Waiting).wait(of_events(client), after, seconds=query.wait)
        told = await run_in_threadpool(_read, process, client, after, query.limit + 1)
        await process.get(Callers).require(await caller_of(request))
    return Response(page(told, limit=query.limit), media_type="application/json")


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses=GONE
    | {200: {"description": STREAM, "content": {"text/event-stream": {"schema": TEXT}}}},
)
async def stream_events(
    query: Annotated[StreamQuery, Query()],
    client: TaskReader,
    request: Request,
    process: ProcessDep,
    last_event_id: Annotated[EventId | None, Header(alias="Last-Event-ID")] = None,
) -> StreamingResponse:
    """Send the client's events as they come, as server-sent events; begin after the last one it has."""
    pointer = "Last-Event-ID" if last_event_id else "?after"
    last = last_event_id or query.after
    after = await run_in_threadpool(_position, process, client, last, pointer)
    return StreamingResponse(
        _frames(process, await caller_of(request), after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _frames(process: Process, caller: Caller, after: int) -> AsyncIterator[str]:
    yield BEGUN
    waiting = process.get(Waiting)
    while not waiting.is_over:
        told = await run_in_threadpool(_read_while_allowed, process, caller, after)
        if told is None:
            return
        for one in told:
            after = one.sequence
            yield frame(one)
        if told:
            continue
        if not await waiting.wait(of_events(caller.client), after, seconds=ALIVE_EVERY):
            yield ALIVE


def _position(process: Process, client: int, event_id: str | None, pointer: str) -> int:
    with process.database.reading() as session:
        return position(session, client, event_id, pointer=pointer)


def _read_while_allowed(process: Process, caller: Caller, after: int) -> Sequence[Told] | None:
    """Read what is next, or return None where the key was revoked, or has expired, since.

    And where some of what is next was pruned: who comes back for it is told so.
    """
    with process.database.reading() as session:
        if not standing(session, [caller], now=utc_now()):
            return None
        try:
            return read_after(session, caller.client, after, limit=AT_ONCE)
        except Gone:
            return None


def _read(process: Process, client: int, after: int, limit: int) -> Sequence[Told]:
    with process.database.reading() as session:
        return read_after(session, client, after, limit=limit)
