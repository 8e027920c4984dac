"""Where a client sees what became of its webhooks."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.clients.caller import ClientDep
from app.clock import utc_now
from app.deliver.log import attempts_at, find_delivery, list_deliveries
from app.deliver.resend import resend
from app.deliver.schemas import DeliveryDetail, DeliveryList, DeliveryOut, DeliveryQuery
from app.endpoints.endpoint import find_endpoint
from app.web.door import ProcessDep, ReadDep
from app.web.problems import CONFLICT, NOT_FOUND

router = APIRouter(tags=["webhooks"])


@router.get("/webhooks/{webhook_id}/deliveries", responses=NOT_FOUND)
def list_webhook_deliveries(
    webhook_id: str, query: Annotated[DeliveryQuery, Query()], client: ClientDep, session: ReadDep
) -> DeliveryList:
    """List what was, is and will be sent to an endpoint, the newest first, page by page."""
    endpoint = find_endpoint(session, client, webhook_id)
    found = list_deliveries(
        session, client, endpoint.id, states=query.state, before=query.before, limit=query.limit + 1
    )
    return DeliveryList.page(found, limit=query.limit)


@router.post("/deliveries/{delivery_id}/resend", status_code=202, responses=NOT_FOUND | CONFLICT)
def resend_delivery(delivery_id: str, client: ClientDep, process: ProcessDep) -> DeliveryOut:
    """Send it once more, under the same event id, within seconds and beside its schedule."""
    with process.database.writing() as session:
        found = find_delivery(session, client, delivery_id)
        resend(session, found[0].id, now=utc_now())
        session.flush()
        return DeliveryOut.of(found)


@router.get("/deliveries/{delivery_id}", responses=NOT_FOUND)
def read_delivery(delivery_id: str, client: ClientDep, session: ReadDep) -> DeliveryDetail:
    """Show one delivery, with every attempt: when, how long it took, and what was answered."""
    found = find_delivery(session, client, delivery_id)
    return DeliveryDetail.with_log(found, attempts_at(session, found[0].id))
