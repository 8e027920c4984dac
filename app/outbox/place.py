"""Where events go, and which deliveries are of one place: none takes the room of another place's."""

from hashlib import blake2b
from urllib.parse import urlsplit

from app.endpoints.models import Endpoint

_BITS = 62

# An endpoint, or a URL that is a task's own.
Place = Endpoint | str


def place_id(place: Place, client_id: int) -> int:
    """Return the number of a place of this client's: an endpoint's id, or one below zero for a URL's host.

    That is a hash: two hosts that share it share their room as well.
    """
    if isinstance(place, Endpoint):
        return place.id
    parts = urlsplit(place)
    host = f"{client_id} {parts.scheme}://{parts.netloc}".lower()
    digest = int.from_bytes(blake2b(host.encode(), digest_size=8).digest())
    return -1 - (digest >> (64 - _BITS))
