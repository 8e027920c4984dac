"""The port to LemonData over pyreqwest, a client in Rust: a request costs a small part of httpx's."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from time import monotonic
from typing import TypeVar, overload

import certifi
from pydantic import SecretStr
from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import (
    BuilderError,
    ConnectError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.http import HeaderMap
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.request import StreamRequest

from app.upstream.port import Fault, Response, Unanswered
from app.upstream.room import Room
from app.upstream.wire import CONNECT, DEADLINE, ENOUGH, HEADERS, KEEP, respond

T = TypeVar("T")


class PyreqwestTransport:
    """One pool of connections for every account: the key goes with the request."""

    def __init__(
        self,
        *,
        in_flight: int,
        proxy: SecretStr | None = None,
        deadline: float = DEADLINE,
        connect: float = CONNECT,
        roots: str | None = None,
    ) -> None:
        """Send at most `in_flight` requests at once, through `proxy` if one is given.

        Each is given up after `deadline` seconds, or after `connect` without a connection. Trusted
        are the system's certificates and `roots`, in PEM; by default certifi's.
        """
        builder = (
            ClientBuilder()
            .default_headers(HEADERS)
            .timeout(timedelta(seconds=deadline))
            .connect_timeout(timedelta(seconds=connect))
            .pool_idle_timeout(timedelta(seconds=KEEP))
            .pool_max_idle_per_host(in_flight)
            # It would inflate without a limit.
            .gzip(False).deflate(False).brotli(False).zstd(False)
            .follow_redirects(False)
            .default_cookie_store(False)
            # Without any certificate there is no client at all, not even for plain HTTP.
            .add_root_certificate_pem((roots or certifi.contents()).encode())
            # The key must not take a detour through a proxy that happens to be in the environment.
            .no_proxy()
        )  # fmt: skip
        if proxy:
            builder = builder.proxy(ProxyBuilder.all(proxy.get_secret_value()))
        self._client = builder.build()
        self._deadline = deadline
        # Not pyreqwest's own limit: what is cancelled while it waits there is sent all the same.
        self._room = Room(in_flight)

    async def get(self, url: str, *, key: SecretStr) -> Response:
        """Send `GET url` with the bearer `key`; raise Unanswered when no response comes in time."""
        # To wait for room is rare, since whoever asks knows how much there is. It counts too.
        left = None if self._room.enter() else await self._turn()
        try:
            # All in one coroutine: of hundreds in flight, each is cold when its answer comes.
            async with self._request(url, key, left) as response:
                raw = await response.body_reader.read(ENOUGH)
                return respond(response.status, _Headers(response.headers), bytes(raw or b""))
        except PyreqwestError as error:
            # The text could hold a header, and with it the key.
            raise Unanswered(_fault(error)) from None
        finally:
            self._room.leave()

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.close()
        del self._client  # Idle connections are kept for as long as anybody holds it.

    async def _turn(self) -> timedelta:
        """Wait for a place, and return how much is left of the deadline."""
        began = monotonic()
        try:
            async with asyncio.timeout(self._deadline):
                await self._room.wait()
        except TimeoutError:
            raise Unanswered(Fault.TIMEOUT) from None
        return timedelta(seconds=max(0.0, self._deadline - (monotonic() - began)))

    def _request(self, url: str, key: SecretStr, left: timedelta | None) -> StreamRequest:
        """Make the request, with what is left of the deadline if that is not all of it."""
        try:
            request = (
                self._client.get(url)
                .bearer_auth(key.get_secret_value())
                .streamed_read_buffer_limit(ENOUGH)
            )
            return (request if left is None else request.timeout(left)).build_streamed()
        except ValueError:
            raise Unanswered(Fault.NO_REQUEST) from None


class _Headers(Mapping[str, str]):
    """The headers, each read only when somebody asks for it."""

    __slots__ = ("_map",)

    def __init__(self, map_: HeaderMap) -> None:
        self._map = map_

    def __getitem__(self, name: str) -> str:
        try:
            return self._map[name]
        except ValueError:  # It is not ASCII, and would be nothing that we understand.
            raise KeyError(name) from None

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: T) -> str | T: ...
    def get(self, name: str, default: T | None = None) -> str | T | None:
        """Return a header; most of those asked for are missing, and an error for each is dear."""
        try:
            return self._map.get(name, default)
        except ValueError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)


def _fault(error: PyreqwestError) -> Fault:
    match error:
        case RequestTimeoutError():
            return Fault.TIMEOUT
        case BuilderError():
            return Fault.NO_REQUEST
        case ConnectError() if _never_connected(error):
            return Fault.NO_CONNECTION
        case _:
            return Fault.BROKEN


def _never_connected(error: ConnectError) -> bool:
    """Tell it from a connection that broke off before the answer began: that has the same class."""
    causes = error.details["causes"] or []
    return any(cause["message"] == "client error (Connect)" for cause in causes)
