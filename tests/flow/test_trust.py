"""LemonData is asked only where its certificate is good, and a proxy only for what was said."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pydantic import SecretStr

from app.upstream.port import Fault, Response
from tests.listening import LIVE, Client, answer, get, listening, play

DAY = timedelta(days=1)


class Authority:
    """One that signs certificates, and that nobody trusts but who is told to."""

    def __init__(self) -> None:
        """Make its own."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lemon Trust")])
        made = self._begin(self._name, self._key.public_key(), ends=DAY)
        basic = x509.BasicConstraints(ca=True, path_length=0)
        signed = made.add_extension(basic, critical=True).sign(self._key, hashes.SHA256())
        self.pem = signed.public_bytes(serialization.Encoding.PEM).decode()

    def server(self, name: str, folder: Path, *, ends: timedelta = DAY) -> ssl.SSLContext:
        """Sign for a server of that name, until then."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signed = (
            self._begin(subject, key.public_key(), ends=ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _begin(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, ends: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 10 * DAY)
            .not_valid_after(now + ends)
        )


def ask(client: Client, tls: ssl.SSLContext, roots: str | None) -> tuple[Response | str, int]:
    """Ask a server at localhost over TLS, and tell how many requests it saw."""

    async def scene() -> tuple[Response | str, int]:
        transport = client(in_flight=1, roots=roots)
        async with listening(answer, tls) as server:
            response = await get(transport, f"https://localhost:{server.port}/")
            await transport.close()
            return response, len(server.heads)

    return play(scene())


def test_a_server_whose_certificate_is_good_is_asked_over_tls(
    client: Client, tmp_path: Path
) -> None:
    """Signed by one whom we trust, for the name that we asked for."""
    authority = Authority()

    response, requests = ask(client, authority.server("localhost", tmp_path), authority.pem)

    assert isinstance(response, Response)
    assert (response.body, requests) == (LIVE, 1)


@pytest.mark.parametrize("fault", ["a stranger's", "another name's", "too old"])
def test_a_server_whose_certificate_is_not_good_never_sees_the_key(
    client: Client, tmp_path: Path, fault: str
) -> None:
    """It is no connection at all."""
    authority = Authority()
    name = "lemondata.example" if fault == "another name's" else "localhost"
    tls = authority.server(name, tmp_path, ends=-DAY if fault == "too old" else DAY)

    heard = ask(client, tls, None if fault == "a stranger's" else authority.pem)

    assert heard == (Fault.NO_CONNECTION, 0)


def test_a_proxy_sees_of_a_request_over_tls_no_more_than_where_it_goes(client: Client) -> None:
    """The key is for LemonData; the proxy is given what its own URL says."""

    async def refuse(line: asyncio.Transport) -> None:
        line.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        line.close()

    async def scene() -> tuple[Response | str, list[bytes]]:
        async with listening(refuse) as server:
            proxy = SecretStr(f"http://lemon:tree@127.0.0.1:{server.port}")
            transport = client(in_flight=1, proxy=proxy)
            response = await get(transport, "https://lemondata.invalid/v1")
            await transport.close()
            return response, server.heads

    fault, (head,) = play(scene())

    assert fault == Fault.NO_CONNECTION
    assert head.startswith(b"CONNECT lemondata.invalid:443 HTTP/1.1\r\n")
    assert b"basic bgvtb246dhjlzq==" in head.lower()
    assert b"sk-secret" not in head
