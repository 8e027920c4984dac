"""API keys: how they are made, stored and recognised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import compare_digest, token_urlsafe

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.clients.models import ApiKey, Client
from app.clients.scopes import EVERY, Scope, good_for
from app.db.base import UtcDateTime
from app.db.ready import Ready
from app.db.session import Database
from app.errors import NotAuthenticated

DEFAULT_CLIENT = "default"
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the client that the key acts for, and what it is good for."""

    client: int
    key: int | None  # The key's row; None for the bootstrap key of the settings.
    scopes: frozenset[Scope] = EVERY
    is_bootstrap: bool = True  # No rate limit holds for it.
    is_use_noted: bool = True  # Not long ago.


def make_key() -> str:
    """Return a new API key with 256 random bits."""
    return f"lw_{token_urlsafe(32)}"


def digest(key: str) -> str:
    """Return what is stored of `key`. A key is random, so a plain hash cannot be guessed back."""
    return sha256(key.encode()).hexdigest()


_OF_DEFAULT = Ready(lambda _: select(Client.id).where(Client.name == DEFAULT_CLIENT))
# The lookup is by hash: how long it takes says nothing about the key itself.
_BY_DIGEST = Ready(
    lambda _: select(
        ApiKey.id, ApiKey.client_id, ApiKey.scopes, ApiKey.expires_at, ApiKey.revoked_at,
        ApiKey.last_used_at,
    ).where(ApiKey.digest == bindparam("digest"))
)  # fmt: skip
_STANDS = select(ApiKey.id).where(
    ApiKey.id == bindparam("key"),
    ApiKey.revoked_at.is_(None),
    ApiKey.expires_at.is_(None) | (ApiKey.expires_at > bindparam("now", type_=UtcDateTime)),
)


def authenticate(database: Database, key: str, *, bootstrap: str | None, now: datetime) -> Caller:
    """Return who calls with `key`; raise NotAuthenticated where it is none, or no longer one.

    It is looked up each time: what is kept in mind would outlive its revocation.
    """
    hashed = digest(key)
    if bootstrap is not None and compare_digest(hashed, digest(bootstrap)):
        client = database.look_up(_OF_DEFAULT, {})
        if client is not None:
            return Caller(client[0], key=None)
    found = database.look_up(_BY_DIGEST, {"digest": hashed})
    if found is None:
        raise NotAuthenticated
    key_id, client_id, scopes, expires_at, revoked_at, last_used_at = found
    if revoked_at is not None:
        raise NotAuthenticated("this API key was revoked; ask for another")
    if expires_at is not None and expires_at <= now:
        raise NotAuthenticated("this API key has expired; ask for another")
    return Caller(
        client_id,
        key=key_id,
        scopes=good_for(scopes),
        is_bootstrap=scopes is None,
        is_use_noted=last_used_at is not None and now - last_used_at < USE_NOTED_EVERY,
    )


def stands(session: Session, caller: Caller, *, now: datetime) -> bool:
    """Tell whether the key of `caller` is still one: for answers that go on for long."""
    if caller.key is None:
        return True
    return session.scalar(_STANDS, {"key": caller.key, "now": now}) is not None


def note_use(session: Session, caller: Caller, *, now: datetime) -> None:
    """Note that the key was used."""
    session.execute(update(ApiKey).where(ApiKey.id == caller.key).values(last_used_at=now))
