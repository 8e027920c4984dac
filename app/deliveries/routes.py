"""Where a client sees what became of its webhooks."""

from asyncio import sleep
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from app.clients.caller import WebhookReader, WebhookWriter
from app.clock import utc_now
from app.deliveries.log import attempts_at, find_delivery, list_deliveries
from app.deliveries.resend import resend
from app.deliveries.schemas import DeliveryDetail, DeliveryList, DeliveryOut, DeliveryQuery
from app.endpoints.endpoint import find_endpoint
from app.outbox.ping import ping
from app.outbox.states import DeliveryState
from app.process.process import Process
from app.web.door import ProcessDep, ReadDep
from app.web.problems import CONFLICT, NOT_FOUND
from app.web.route import StrictRoute

router = APIRouter(tags=["webhooks"], route_class=StrictRoute)

NOT_YET = "No worker has come to it yet; ask for the delivery again"
PATIENCE = 20.0  # Seconds, a little more than an attempt may take.
LOOK_EVERY = 0.2  # seconds


@router.get("/webhooks/{webhook_id}/deliveries", responses=NOT_FOUND)
def list_webhook_deliveries(
    webhook_id: str,
    query: Annotated[DeliveryQuery, Query()],
    client: WebhookReader,
    session: ReadDep,
) -> DeliveryList:
    """List what was, is and will be sent to an endpoint, the newest first, page by page."""
    endpoint = find_endpoint(session, client, webhook_id)
    found = list_deliveries(
        session, client, endpoint.id, states=query.state, before=query.before, limit=query.limit + 1
    )
    return DeliveryList.page(found, limit=query.limit)


@router.post(
    "/webhooks/{webhook_id}/test",
    responses=NOT_FOUND | CONFLICT | {202: {"model": DeliveryDetail, "description": NOT_YET}},
)
async def try_webhook(
    webhook_id: str, client: WebhookWriter, process: ProcessDep, response: Response
) -> DeliveryDetail:
    """Have a worker send a `test.ping` now, once, and show what came of it.

    202 where no worker has come to it within twenty seconds.
    """
    public_id = await run_in_threadpool(_ping, process, client, webhook_id)
    until = monotonic() + PATIENCE
    while True:
        shown = await run_in_threadpool(_shown, process, client, public_id)
        is_over = shown.state is not DeliveryState.DUE
        if is_over or monotonic() >= until:
            response.status_code = 200 if is_over else 202
            return shown
        await sleep(LOOK_EVERY)


def _ping(process: Process, client: int, webhook_id: str) -> str:
    with process.database.writing() as session:
        endpoint = find_endpoint(session, client, webhook_id)
        return ping(session, endpoint, now=utc_now()).public_id


def _shown(process: Process, client: int, public_id: str) -> DeliveryDetail:
    with process.database.reading() as session:
        found = find_delivery(session, client, public_id)
        return DeliveryDetail.with_log(found, attempts_at(session, found[0].id))


@router.post("/deliveries/{delivery_id}/resend", status_code=202, responses=NOT_FOUND | CONFLICT)
def resend_delivery(delivery_id: str, client: WebhookWriter, process: ProcessDep) -> DeliveryOut:
    """Send it once more, under the same event id, within seconds and beside its schedule."""
    with process.database.writing() as session:
        found = find_delivery(session, client, delivery_id)
        resend(session, found[0].id, now=utc_now())
        session.flush()
        return DeliveryOut.of(found)


@router.get("/deliveries/{delivery_id}", responses=NOT_FOUND)
def read_delivery(delivery_id: str, client: WebhookReader, process: ProcessDep) -> DeliveryDetail:
    """Show one delivery, with every attempt: when, how long it took, and what was answered."""
    return _shown(process, client, delivery_id)
