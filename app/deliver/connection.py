"""A connection for one exchange, to an address that was checked."""

import asyncio
import ssl
from typing import cast

from app.deliver.exchange import Answer, Exchange
from app.deliver.reply import NoAnswer
from app.endpoints.address import Address
from app.endpoints.guard import Place
from app.outbox.states import Fault

CONNECT = 5.0  # seconds, for one address
GOODBYE = 1.0  # seconds, for the end of TLS


class Connection(asyncio.Protocol):
    """Says nothing, and hears nothing, until it is asked to."""

    def __init__(self) -> None:
        """Be connected by the event loop."""
        self._exchange: Exchange | None = None
        self._heard: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    async def ask(self, exchange: Exchange) -> Answer:
        """Send the request and return the answer; the connection ends with it.

        Raises NoAnswer.
        """
        self._exchange = exchange
        try:
            self._transport.write(exchange.request)
            # Nothing is taken for an answer before there is a request.
            self._transport.resume_reading()
            answer = await self._heard
        except BaseException:
            self._transport.abort()
            raise
        if answer.is_whole:
            self._transport.close()
        else:
            self._transport.abort()
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, after the TLS handshake if there is one."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Hear what came."""
        if self._exchange is None or self._heard.done():
            return
        try:
            answer = self._exchange.hear(data)
        except NoAnswer as none:
            self._heard.set_exception(none)
        else:
            if answer:
                self._heard.set_result(answer)
        if self._heard.done():
            self._transport.pause_reading()

    def eof_received(self) -> None:
        """Hear the end, which may be the end of an answer."""
        self.data_received(b"")

    def connection_lost(self, error: Exception | None) -> None:
        """Give up what was not heard to its end; over TLS few say that it is one."""
        if error is None:
            self.data_received(b"")
        if not self._heard.done():
            self._heard.set_exception(NoAnswer(Fault.DISCONNECTED))


async def connect(place: Place, trust: ssl.SSLContext) -> Connection:
    """Connect to the first of the addresses that takes it; nothing was sent to any.

    Raises NoAnswer.
    """
    *others, last = place.addresses
    for address in others:
        try:
            return await _connect(place, address, trust)
        except NoAnswer:
            continue
    return await _connect(place, last, trust)


async def _connect(place: Place, address: Address, trust: ssl.SSLContext) -> Connection:
    is_tls = place.scheme == "https"
    connecting = asyncio.get_running_loop().create_connection(
        Connection,
        str(address),
        place.port,
        ssl=trust if is_tls else None,
        # The certificate is checked against the host; no second look-up can lead elsewhere.
        server_hostname=place.host if is_tls else None,
        ssl_shutdown_timeout=GOODBYE if is_tls else None,
    )
    try:
        async with asyncio.timeout(CONNECT):
            _, connection = await connecting
            return connection
    except TimeoutError:
        raise NoAnswer(Fault.TIMEOUT) from None
    except ssl.SSLError:
        raise NoAnswer(Fault.UNTRUSTED) from None
    except OSError:
        raise NoAnswer(Fault.UNREACHABLE) from None
