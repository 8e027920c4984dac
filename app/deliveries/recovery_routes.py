"""Where a client has many deliveries sent again, and sees how far that has come."""

from fastapi import APIRouter, Response

from app.clients.caller import WebhookReader, WebhookWriter
from app.clock import utc_now
from app.deliveries.recovering import begin, cancel, find_recovery, plan, recoveries_of
from app.deliveries.recovery import DryRun, RecoveryList, RecoveryOut, RecoveryRequest
from app.endpoints.endpoint import find_endpoint
from app.web.door import ProcessDep, ReadDep
from app.web.problems import CONFLICT, NOT_FOUND
from app.web.route import StrictRoute
from app.web.words import LOCATION

router = APIRouter(prefix="/webhooks/{webhook_id}", tags=["webhooks"], route_class=StrictRoute)


@router.post(
    "/recover",
    status_code=202,
    response_model=RecoveryOut,
    responses=NOT_FOUND | CONFLICT | {200: {"model": DryRun}, 202: {"headers": LOCATION}},
)
def recover_webhook(
    webhook_id: str,
    body: RecoveryRequest,
    client: WebhookWriter,
    process: ProcessDep,
    reply: Response,
) -> RecoveryOut | Response:
    """Send again what an endpoint missed, some twenty a second; or only count it."""
    with process.database.reading() as session:  # Counting may take a while.
        endpoint = find_endpoint(session, client, webhook_id)
        recovery = plan(session, endpoint, body, now=utc_now())
    if body.dry_run:
        counted = DryRun(total=recovery.total).model_dump_json()
        return Response(counted, media_type="application/json")
    with process.database.writing() as session:
        endpoint = find_endpoint(session, client, webhook_id, to_change=True)
        begin(session, recovery)
        shown = RecoveryOut.of(recovery, endpoint)
    reply.headers["Location"] = f"/v1/webhooks/{webhook_id}/recoveries/{shown.id}"
    return shown


@router.get("/recoveries", responses=NOT_FOUND)
def list_recoveries(webhook_id: str, client: WebhookReader, session: ReadDep) -> RecoveryList:
    """List the last hundred recoveries of an endpoint, the newest first."""
    endpoint = find_endpoint(session, client, webhook_id)
    found = recoveries_of(session, endpoint)
    return RecoveryList(items=[RecoveryOut.of(recovery, endpoint) for recovery in found])


@router.get("/recoveries/{recovery_id}", responses=NOT_FOUND)
def read_recovery(
    webhook_id: str, recovery_id: str, client: WebhookReader, session: ReadDep
) -> RecoveryOut:
    """Show how far a recovery has come."""
    endpoint = find_endpoint(session, client, webhook_id)
    return RecoveryOut.of(find_recovery(session, endpoint, recovery_id), endpoint)


@router.delete("/recoveries/{recovery_id}", responses=NOT_FOUND | CONFLICT)
def cancel_recovery(
    webhook_id: str, recovery_id: str, client: WebhookWriter, process: ProcessDep
) -> RecoveryOut:
    """Stop a recovery; what it has made due is sent all the same."""
    with process.database.writing() as session:
        endpoint = find_endpoint(session, client, webhook_id)
        recovery = find_recovery(session, endpoint, recovery_id, to_change=True)
        cancel(recovery, now=utc_now())
        return RecoveryOut.of(recovery, endpoint)
