"""API keys: how they are made, stored and recognised."""

from hashlib import sha256
from secrets import compare_digest, token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clients.models import ApiKey, Client
from app.errors import NotAuthenticated

DEFAULT_CLIENT = "default"


def make_key() -> str:
    """Return a new API key with 256 random bits."""
    return f"lw_{token_urlsafe(32)}"


def digest(key: str) -> str:
    """Return what is stored of `key`. A key is random, so a plain hash cannot be guessed back."""
    return sha256(key.encode()).hexdigest()


def authenticate(session: Session, key: str, *, bootstrap: str | None) -> int:
    """Return the id of the client that `key` acts for, or raise NotAuthenticated."""
    if bootstrap is not None and compare_digest(digest(key), digest(bootstrap)):
        found = select(Client.id).where(Client.name == DEFAULT_CLIENT)
    else:
        # The lookup is by hash: how long it takes says nothing about the key itself.
        found = select(ApiKey.client_id).where(ApiKey.digest == digest(key))
    client_id = session.scalar(found)
    if client_id is None:
        raise NotAuthenticated
    return client_id
