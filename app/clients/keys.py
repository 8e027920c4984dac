"""API keys: how they are made, stored and recognised."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import starmap
from secrets import compare_digest, token_urlsafe
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.clients.models import ApiKey, Client
from app.clients.scopes import EVERY, Scope, good_for
from app.db.base import UtcDateTime
from app.db.driver import LookUp
from app.db.given import Given
from app.db.ready import Ready
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
_DIGESTS = Given(numbers=(), words=("digest",))
_KEY = select(
    ApiKey.digest, ApiKey.id, ApiKey.client_id, ApiKey.scopes, ApiKey.expires_at, ApiKey.revoked_at,
    ApiKey.last_used_at,
)  # fmt: skip
# The lookup is by hash: how long it takes says nothing about the key itself.
_BY_DIGEST = Ready(lambda _: _KEY.where(ApiKey.digest == bindparam("digest")))
_BY_DIGESTS = Ready(
    lambda on_postgres: _KEY.where(_DIGESTS.among("digest", ApiKey.digest, on_postgres=on_postgres))
)


class _Found(NamedTuple):
    digest: str
    key: int
    client: int
    scopes: Sequence[str] | None
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


_STANDING = select(ApiKey.id).where(
    ApiKey.id.in_(bindparam("keys", expanding=True)),
    ApiKey.revoked_at.is_(None),
    ApiKey.expires_at.is_(None) | (ApiKey.expires_at > bindparam("now", type_=UtcDateTime)),
)


def authenticate(
    database: LookUp, keys: Sequence[str], *, bootstrap: str | None, now: datetime
) -> Sequence[Caller | NotAuthenticated]:
    """Return for each of `keys` who calls with it, or NotAuthenticated where it is none, or no longer one.

    They are looked up each time: what is kept in mind would outlive its revocation.
    """
    digests = [digest(key) for key in keys]
    callers: dict[str, Caller | NotAuthenticated] = {}
    if bootstrap is not None and (master := _among(digests, digest(bootstrap))) is not None:
        client = database.look_up(_OF_DEFAULT, {})
        if client is not None:
            callers[master] = Caller(client[0], key=None)
    found = _find(database, {*digests} - callers.keys())
    callers |= {one.digest: _caller(one, now=now) for one in found}
    return [callers.get(one) or NotAuthenticated() for one in digests]


def _find(database: LookUp, digests: Collection[str]) -> Iterable[_Found]:
    if not digests:
        return ()
    if len(digests) > 1:
        asked = _DIGESTS.bind([[*digests]], on_postgres=database.on_postgres)
        return starmap(_Found, database.look_up_all(_BY_DIGESTS, asked))
    # For arrays PostgreSQL makes its plan anew each time, since it guesses their length.
    (one,) = digests
    return starmap(_Found, database.look_up_all(_BY_DIGEST, {"digest": one}))


def _among(digests: Sequence[str], wanted: str) -> str | None:
    """Return what is wanted if it is there; how long that takes says nothing of it."""
    is_there = [compare_digest(one, wanted) for one in digests]
    return wanted if any(is_there) else None


def _caller(found: _Found, *, now: datetime) -> Caller | NotAuthenticated:
    if found.revoked_at is not None:
        return NotAuthenticated("this API key was revoked; ask for another")
    if found.expires_at is not None and found.expires_at <= now:
        return NotAuthenticated("this API key has expired; ask for another")
    return Caller(
        found.client,
        key=found.key,
        scopes=good_for(found.scopes),
        is_bootstrap=found.scopes is None,
        is_use_noted=found.last_used_at is not None and now - found.last_used_at < USE_NOTED_EVERY,
    )


def standing(session: Session, callers: Iterable[Caller], *, now: datetime) -> Collection[Caller]:
    """Return those of `callers` whose keys are still good: for answers that are given after a while."""
    callers = set(callers)
    good: set[int | None] = {None}  # That of the settings is.
    if keys := {caller.key for caller in callers} - good:
        good |= {*session.scalars(_STANDING, {"keys": [*keys], "now": now})}
    return {caller for caller in callers if caller.key in good}


def note_use(session: Session, callers: Iterable[Caller], *, now: datetime) -> None:
    """Note that the keys of `callers` were used."""
    keys = {caller.key for caller in callers}
    # Whoever has one at hand is not waited for: it is noted at its next use.
    idle = select(ApiKey.id).where(ApiKey.id.in_(keys)).with_for_update(skip_locked=True)
    session.execute(update(ApiKey).where(ApiKey.id.in_(idle)).values(last_used_at=now))
