"""Where a client says where it wants its webhooks."""

from secrets import token_hex

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clients.caller import ClientDep
from app.clients.routes import WebhookSecret
from app.clients.webhook_secret import make_webhook_secret
from app.clock import utc_now
from app.endpoints.guard import Guard
from app.endpoints.models import Endpoint, EndpointState
from app.endpoints.schemas import CreatedEndpoint, EndpointList, EndpointOut, NewEndpoint
from app.errors import InvalidInput, NotFound
from app.web.door import ProcessDep, ReadDep

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.post("", status_code=201)
def create_webhook(body: NewEndpoint, client: ClientDep, process: ProcessDep) -> CreatedEndpoint:
    """Make an endpoint; the answer shows the secret that will sign what is sent there."""
    try:
        Guard.of(process.settings).check(body.url)
    except InvalidInput as error:
        raise InvalidInput(error.detail, pointer="/url") from None
    secret = make_webhook_secret()
    endpoint = Endpoint(
        public_id=f"we_{token_hex(12)}", client_id=client, url=body.url, events=body.events,
        description=body.description, secret=process.cipher.encrypt(secret),
        state=EndpointState.ENABLED, disabled_reason=None, created_at=utc_now(),
    )  # fmt: skip
    with process.database.writing() as session:
        session.add(endpoint)
    return CreatedEndpoint(**EndpointOut.of(endpoint).model_dump(), secret=secret)


@router.get("")
def list_webhooks(client: ClientDep, session: ReadDep) -> EndpointList:
    """List the client's endpoints, oldest first."""
    found = session.scalars(
        select(Endpoint).where(Endpoint.client_id == client).order_by(Endpoint.id)
    )
    return EndpointList(items=[EndpointOut.of(endpoint) for endpoint in found])


@router.get("/{webhook_id}")
def read_webhook(webhook_id: str, client: ClientDep, session: ReadDep) -> EndpointOut:
    """Show one endpoint."""
    return EndpointOut.of(_find(session, client, webhook_id))


@router.get("/{webhook_id}/secret")
def read_endpoint_secret(
    webhook_id: str, client: ClientDep, session: ReadDep, process: ProcessDep
) -> WebhookSecret:
    """Show the secret that signs what is sent to the endpoint."""
    endpoint = _find(session, client, webhook_id)
    return WebhookSecret(secret=process.cipher.decrypt(endpoint.secret))


def _find(session: Session, client: int, webhook_id: str) -> Endpoint:
    found = session.scalar(
        select(Endpoint).where(Endpoint.client_id == client, Endpoint.public_id == webhook_id)
    )
    if found is None:
        raise NotFound(f"there is no webhook {webhook_id}")
    return found
