"""Makes endpoints, and finds those of a client."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.endpoints.headers import seal
from app.endpoints.models import Endpoint
from app.endpoints.schemas import EndpointChange, NewEndpoint
from app.endpoints.state import EndpointState, Health
from app.errors import NotFound
from app.process.cipher import Cipher

BY_ITS_OWNER = "disabled by its owner"


def new_endpoint(
    body: NewEndpoint, *, client: int, secret: str, cipher: Cipher, now: datetime
) -> Endpoint:
    """Return the row of a new endpoint, with its secrets encrypted."""
    names, values = seal(body.headers, cipher)
    return Endpoint(
        public_id=f"we_{token_hex(12)}", client_id=client, url=body.url, events=body.events,
        description=body.description, secret=cipher.encrypt(secret),
        header_names=names, header_values=values,
        max_in_flight=body.max_in_flight, max_per_minute=body.max_per_minute, spent_until=None,
        secret_before=None, secret_before_until=None, created_at=now, deleted_at=None,
        **asdict(Health(state=EndpointState.ENABLED)),
    )  # fmt: skip


def rotate(endpoint: Endpoint, *, secret: str, overlap: timedelta, now: datetime) -> None:
    """Sign with `secret`, which is encrypted, and for the time of `overlap` with the one before as well.

    One that was before that is done with, whatever its own overlap was to be.
    """
    endpoint.secret_before = endpoint.secret if overlap else None
    endpoint.secret_before_until = now + overlap if overlap else None
    endpoint.secret = secret


def change(endpoint: Endpoint, body: EndpointChange, cipher: Cipher) -> None:
    """Change what `body` names. Enabled anew, or at another URL, an endpoint begins without a blot."""
    named = body.model_fields_set
    is_disabled = endpoint.state is EndpointState.DISABLED
    is_elsewhere = "url" in named and body.url != endpoint.url
    for name in named - {"state", "headers"}:
        setattr(endpoint, name, getattr(body, name))
    if "headers" in named:
        endpoint.header_names, endpoint.header_values = seal(body.headers, cipher)
    if "state" in named and body.state == "disabled":
        if not is_disabled:
            endpoint.health = replace(
                endpoint.health, state=EndpointState.DISABLED, disabled_reason=BY_ITS_OWNER
            )
    elif "state" in named or (is_elsewhere and not is_disabled):
        endpoint.health = Health(state=EndpointState.ENABLED)


def endpoints_of(session: Session, *clients: int) -> Sequence[Endpoint]:
    """Return the endpoints of these clients, oldest first."""
    is_there = Endpoint.deleted_at.is_(None)
    found = select(Endpoint).where(Endpoint.client_id.in_(clients), is_there)
    return session.scalars(found.order_by(Endpoint.id)).all()


def find_endpoint(
    session: Session, client: int, public_id: str, *, to_change: bool = False
) -> Endpoint:
    """Return the client's endpoint of that id, or raise NotFound.

    One that is to be changed is held until the transaction ends: attempts change endpoints too.
    """
    is_there = Endpoint.deleted_at.is_(None)
    found = select(Endpoint).where(Endpoint.client_id == client, Endpoint.public_id == public_id)
    found = found.where(is_there)
    endpoint = session.scalar(found.with_for_update(key_share=True) if to_change else found)
    if endpoint is None:
        raise NotFound(f"there is no webhook {public_id}")
    return endpoint
