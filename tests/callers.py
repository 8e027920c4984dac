"""Keys for callers other than the bootstrap key's."""

from datetime import datetime

from fastapi import Request

from app.clients.claim import Claim
from app.clients.keys import Caller, make_key
from app.clients.scopes import EVERY, Scope
from app.clock import utc_now
from app.keys.issue import issue
from app.keys.schemas import NewKey
from app.process.process import Process


def give_key(
    process: Process,
    client: str = "other",
    *scopes: Scope,
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """Make a key for the client of that name, good for these scopes, or else for everything."""
    key = make_key()
    new = NewKey(
        name="test", client=client, scopes=set(scopes) or set(EVERY), expires_at=expires_at
    )
    with process.database.writing() as session:
        issue(session, new, key, process.cipher, now=now or utc_now())
    return key


def bearing(key: str) -> dict[str, str]:
    """Return the header that a call with `key` has."""
    return {"Authorization": f"Bearer {key}"}


def claim(key: str, *scopes: Scope) -> Claim:
    """Return the claim of a request that came with `key`."""
    headers = [(b"authorization", f"Bearer {key}".encode())]
    return Claim(Request({"type": "http", "headers": headers}), scopes)


def settled(client: int) -> Claim:
    """Return the claim of a request of which it is known already whose it is."""
    known = claim("lw_any")
    known.settle(Caller(client, key=None))
    return known
