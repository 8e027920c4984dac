"""Where a client asks why a webhook does not verify."""

from fastapi import APIRouter

from app.clients.caller import ClientDep
from app.clock import utc_now
from app.verify.explain import explain
from app.verify.schemas import Explanation, MessageIn
from app.verify.sent import known_of
from app.web.door import ProcessDep, ReadDep
from app.web.route import StrictRoute

router = APIRouter(tags=["webhooks"], route_class=StrictRoute)


@router.post("/webhooks/verify")
def verify_webhook(
    body: MessageIn, client: ClientDep, session: ReadDep, process: ProcessDep
) -> Explanation:
    """Say which part of a message is wrong; nothing is kept of it.

    Without `secret`, the caller's own are tried: those of its webhooks and its own.
    """
    ids = [value for name, value in body.headers.items() if name.lower() == "webhook-id"]
    event_id = ids[0].strip() if ids else None
    known = known_of(session, process.cipher, client=client, event_id=event_id)
    parts = explain(body.headers, body.body.encode(), body.secret, now=utc_now(), known=known)
    return Explanation.of(parts)
