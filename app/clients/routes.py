"""What a client asks about itself."""

from fastapi import APIRouter
from pydantic import BaseModel

from app.clients.caller import WebhookWriter
from app.clients.models import Client
from app.errors import NotFound
from app.web.door import ProcessDep, ReadDep
from app.web.route import StrictRoute

router = APIRouter(tags=["client"], route_class=StrictRoute)


class WebhookSecret(BaseModel):
    """A secret that signs webhooks."""

    secret: str


@router.get("/me/webhook-secret")
def read_webhook_secret(
    client: WebhookWriter, session: ReadDep, process: ProcessDep
) -> WebhookSecret:
    """Show the secret that signs webhooks of tasks registered with a URL and no secret."""
    found = session.get(Client, client)
    if found is None:
        raise NotFound
    return WebhookSecret(secret=process.cipher.decrypt(found.webhook_secret))
