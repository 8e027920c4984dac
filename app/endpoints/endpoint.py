"""Makes endpoints, and finds those of a client."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint, EndpointState
from app.endpoints.schemas import EndpointChange, NewEndpoint
from app.errors import NotFound

BY_ITS_OWNER = "disabled by its owner"


def new_endpoint(body: NewEndpoint, *, client: int, secret: str, now: datetime) -> Endpoint:
    """Return the row of a new endpoint; `secret` is encrypted."""
    return Endpoint(
        public_id=f"we_{token_hex(12)}", client_id=client, url=body.url, events=body.events,
        description=body.description, secret=secret,
        secret_before=None, secret_before_until=None, state=EndpointState.ENABLED,
        disabled_reason=None, created_at=now, deleted_at=None,
    )  # fmt: skip


def rotate(endpoint: Endpoint, *, secret: str, overlap: timedelta, now: datetime) -> None:
    """Sign with `secret`, which is encrypted, and for the time of `overlap` with the one before as well.

    One that was before that is done with, whatever its own overlap was to be.
    """
    endpoint.secret_before = endpoint.secret if overlap else None
    endpoint.secret_before_until = now + overlap if overlap else None
    endpoint.secret = secret


def change(endpoint: Endpoint, body: EndpointChange) -> None:
    """Change what `body` names. An endpoint that is enabled anew begins without a blot."""
    for name in body.model_fields_set - {"state"}:
        setattr(endpoint, name, getattr(body, name))
    if "state" not in body.model_fields_set:
        return
    if body.state is EndpointState.ENABLED:
        endpoint.state, endpoint.disabled_reason = body.state, None
    elif endpoint.state is not EndpointState.DISABLED:
        endpoint.state, endpoint.disabled_reason = body.state, BY_ITS_OWNER


def endpoints_of(session: Session, *clients: int) -> Sequence[Endpoint]:
    """Return the endpoints of these clients, oldest first."""
    is_there = Endpoint.deleted_at.is_(None)
    found = select(Endpoint).where(Endpoint.client_id.in_(clients), is_there)
    return session.scalars(found.order_by(Endpoint.id)).all()


def find_endpoint(session: Session, client: int, public_id: str) -> Endpoint:
    """Return the client's endpoint of that id, or raise NotFound."""
    is_there = Endpoint.deleted_at.is_(None)
    found = select(Endpoint).where(Endpoint.client_id == client, Endpoint.public_id == public_id)
    endpoint = session.scalar(found.where(is_there))
    if endpoint is None:
        raise NotFound(f"there is no webhook {public_id}")
    return endpoint
