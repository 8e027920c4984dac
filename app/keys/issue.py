"""Makes API keys, finds them, and takes them back."""

from collections.abc import Sequence
from datetime import datetime
from string import hexdigits

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.clients.bootstrap import ensure_client
from app.clients.keys import digest
from app.clients.models import ApiKey, Client
from app.errors import InvalidInput, NotFound
from app.keys.schemas import NewKey
from app.process.cipher import Cipher

_NAMED = select(ApiKey, Client.name).join(Client, Client.id == ApiKey.client_id)


def issue(session: Session, new: NewKey, key: str, cipher: Cipher, *, now: datetime) -> ApiKey:
    """Store `key`, which nobody has yet, as `new` says; its client is made if it is not there.

    Raises InvalidInput for one that would have expired already.
    """
    if new.expires_at is not None and new.expires_at <= now:
        raise InvalidInput("that is over already", pointer="/expires_at")
    row = ApiKey(
        client_id=ensure_client(session, new.client, cipher, now=now),
        name=new.name,
        prefix=key[:7],
        digest=digest(key),
        scopes=sorted(new.scopes),
        created_at=now,
        expires_at=new.expires_at,
    )
    session.add(row)
    session.flush()
    return row


def all_keys(session: Session) -> Sequence[Row[ApiKey, str]]:
    """Return every key and the name of its client, in the order they were made."""
    return session.execute(_NAMED.order_by(ApiKey.id)).all()


def revoke(session: Session, key_id: str, *, now: datetime) -> ApiKey:
    """Have a key be none any more, from the next request on; raise NotFound where there is no such."""
    beginning = key_id.removeprefix("key_")
    if len(beginning) != ApiKey.SHOWN or set(beginning) - set(hexdigits.lower()):
        raise NotFound
    found = select(ApiKey).where(ApiKey.digest.startswith(beginning)).with_for_update()
    key = session.scalar(found)
    if key is None or key.public_id != key_id:
        raise NotFound
    key.revoked_at = key.revoked_at or now
    return key
