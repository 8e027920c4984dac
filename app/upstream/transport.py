"""Which HTTP client asks LemonData here."""

from collections.abc import Callable

import structlog
from pydantic import SecretStr

from app.upstream.httpx_client import HttpxTransport
from app.upstream.port import Transport

CLIENT: Callable[..., Transport] = HttpxTransport
try:
    from app.upstream.pyreqwest_client import PyreqwestTransport
except ImportError:
    pass  # There is no build of it for this machine.
else:
    CLIENT = PyreqwestTransport

log = structlog.get_logger()


def open_transport(*, in_flight: int, proxy: SecretStr | None) -> Transport:
    """Ask by the cheapest client that there is on this machine."""
    if CLIENT is HttpxTransport:
        log.warning("upstream.slow_client", client="httpx")
    return CLIENT(in_flight=in_flight, proxy=proxy)
