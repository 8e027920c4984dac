"""Where a client sees what became of its webhooks."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.clients.caller import ClientDep
from app.deliver.log import attempts_at, find_delivery, list_deliveries
from app.deliver.schemas import DeliveryDetail, DeliveryList, DeliveryQuery
from app.endpoints.endpoint import find_endpoint
from app.web.door import ReadDep
from app.web.problems import NOT_FOUND

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


@router.get("/deliveries/{delivery_id}", responses=NOT_FOUND)
def read_delivery(delivery_id: str, client: ClientDep, session: ReadDep) -> DeliveryDetail:
    """Show one delivery, with every attempt: when, how long it took, and what was answered."""
    found = find_delivery(session, client, delivery_id)
    return DeliveryDetail.with_log(found, attempts_at(session, found[0].id))
