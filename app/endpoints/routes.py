"""Where a client says where it wants its webhooks."""

from datetime import timedelta

from fastapi import APIRouter

from app.clients.caller import WebhookReader, WebhookWriter
from app.clients.routes import WebhookSecret
from app.clients.webhook_secret import make_webhook_secret
from app.clock import utc_now
from app.endpoints.endpoint import change, endpoints_of, find_endpoint, new_endpoint, rotate
from app.endpoints.guard import Guard
from app.endpoints.schemas import (
    CreatedEndpoint,
    EndpointChange,
    EndpointList,
    EndpointOut,
    NewEndpoint,
    Rotation,
)
from app.web.door import ProcessDep, ReadDep
from app.web.problems import NOT_FOUND
from app.web.route import StrictRoute

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=StrictRoute)


@router.post("", status_code=201)
def create_webhook(
    body: NewEndpoint, client: WebhookWriter, process: ProcessDep
) -> CreatedEndpoint:
    """Make an endpoint; the answer shows the secret that will sign what is sent there."""
    Guard.of(process.settings).check_input(body.url, pointer="/url")
    secret = make_webhook_secret()
    endpoint = new_endpoint(
        body, client=client, secret=secret, cipher=process.cipher, now=utc_now()
    )
    with process.database.writing() as session:
        session.add(endpoint)
    return CreatedEndpoint(**EndpointOut.of(endpoint).model_dump(), secret=secret)


@router.get("")
def list_webhooks(client: WebhookReader, session: ReadDep) -> EndpointList:
    """List the client's endpoints, oldest first."""
    return EndpointList(items=[EndpointOut.of(found) for found in endpoints_of(session, client)])


@router.get("/{webhook_id}", responses=NOT_FOUND)
def read_webhook(webhook_id: str, client: WebhookReader, session: ReadDep) -> EndpointOut:
    """Show one endpoint."""
    return EndpointOut.of(find_endpoint(session, client, webhook_id))


@router.patch("/{webhook_id}", responses=NOT_FOUND)
def change_webhook(
    webhook_id: str, body: EndpointChange, client: WebhookWriter, process: ProcessDep
) -> EndpointOut:
    """Change an endpoint; what is not named stays. While it is disabled what it is owed is held."""
    if "url" in body.model_fields_set:
        Guard.of(process.settings).check_input(body.url, pointer="/url")
    with process.database.writing() as session:
        endpoint = find_endpoint(session, client, webhook_id, to_change=True)
        change(endpoint, body, process.cipher)
        return EndpointOut.of(endpoint)


@router.delete("/{webhook_id}", status_code=204, responses=NOT_FOUND)
def delete_webhook(webhook_id: str, client: WebhookWriter, process: ProcessDep) -> None:
    """Delete an endpoint; what it is still owed is given up, and stays in the timelines of tasks."""
    with process.database.writing() as session:
        find_endpoint(session, client, webhook_id, to_change=True).deleted_at = utc_now()


@router.get("/{webhook_id}/secret", responses=NOT_FOUND)
def read_endpoint_secret(
    webhook_id: str, client: WebhookWriter, session: ReadDep, process: ProcessDep
) -> WebhookSecret:
    """Show the secret that signs what is sent to the endpoint."""
    endpoint = find_endpoint(session, client, webhook_id)
    return WebhookSecret(secret=process.cipher.decrypt(endpoint.secret))


@router.post("/{webhook_id}/rotate", responses=NOT_FOUND)
def rotate_webhook(
    webhook_id: str, client: WebhookWriter, process: ProcessDep, body: Rotation | None = None
) -> CreatedEndpoint:
    """Give the endpoint a new secret, which the answer shows; the one before signs too for a while."""
    how = body or Rotation()
    secret = how.secret or make_webhook_secret()
    stored = process.cipher.encrypt(secret)
    overlap = timedelta(seconds=how.overlap_seconds)
    with process.database.writing() as session:
        endpoint = find_endpoint(session, client, webhook_id, to_change=True)
        rotate(endpoint, secret=stored, overlap=overlap, now=utc_now())
        return CreatedEndpoint(**EndpointOut.of(endpoint).model_dump(), secret=secret)
