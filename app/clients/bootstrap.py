"""What must be there before the first call: the client `default`, and a key to act for it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clients.keys import DEFAULT_CLIENT, digest
from app.clients.models import ApiKey, Client
from app.clients.webhook_secret import make_webhook_secret
from app.db.insert import insert_new
from app.process.cipher import Cipher

BOOTSTRAP = "bootstrap"


def ensure_default_client(session: Session, cipher: Cipher, *, now: datetime) -> int:
    """Make the client `default` unless it is there; return its id."""
    return ensure_client(session, DEFAULT_CLIENT, cipher, now=now)


def ensure_client(session: Session, name: str, cipher: Cipher, *, now: datetime) -> int:
    """Make the client of that name unless it is there; return its id."""
    row = {
        "name": name,
        "webhook_secret": cipher.encrypt(make_webhook_secret()),
        "created_at": now,
    }
    insert_new(session, Client, [row], unique=[Client.name])
    return session.execute(select(Client.id).where(Client.name == name)).scalar_one()


def has_key(session: Session, client_id: int) -> bool:
    """Tell whether any key acts for the client yet."""
    return (
        session.scalar(select(ApiKey.id).where(ApiKey.client_id == client_id).limit(1)) is not None
    )


def store_key(session: Session, client_id: int, key: str, *, now: datetime) -> bool:
    """Store the hash of a bootstrap `key`; tell whether it was new."""
    row = {
        "client_id": client_id,
        "name": BOOTSTRAP,
        "prefix": key[:7],
        "digest": digest(key),
        "created_at": now,
    }
    return bool(insert_new(session, ApiKey, [row], unique=[ApiKey.digest]))
