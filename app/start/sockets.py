"""The sockets that servers listen on: bound before anything starts, so that a taken port is said at once."""

import socket

from app.errors import Misconfigured

BACKLOG = 2048
ELSEWHERE = "Choose another place with LEMONWATCH_HOST and LEMONWATCH_PORT."


def listen(host: str, port: int, *, advice: str) -> socket.socket:
    """Return a socket bound to `host` and `port`, or raise Misconfigured with the `advice`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # At once: two that start together could both bind, and one find out too late.
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise Misconfigured(f"Cannot listen on {host}:{port}: {error.strerror}. {advice}") from None
    return bound


def listen_near(host: str, port: int) -> socket.socket:
    """Return a socket bound to `port`, or to any free one when that is taken."""
    try:
        return listen(host, port if port <= 65535 else 0, advice="")
    except Misconfigured:
        return listen(host, 0, advice="")


def url_of(bound: socket.socket) -> str:
    """Return the http URL of what listens on `bound`, as seen from this machine."""
    host, port = bound.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only compared
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
