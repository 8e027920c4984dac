"""Certificates for servers, by an authority that a test makes and tells whom it likes to trust."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)


class Authority:
    """One that signs certificates, and that nobody trusts but who is told to."""

    def __init__(self) -> None:
        """Make its own."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Lemon Trust")
        made = _begin(self._name, self._name, self._key, ends=DAY)
        basic = x509.BasicConstraints(ca=True, path_length=0)
        signed = made.add_extension(basic, critical=True).sign(self._key, hashes.SHA256())
        self.pem = signed.public_bytes(serialization.Encoding.PEM).decode()

    def server(self, name: str, folder: Path, *, ends: timedelta = DAY) -> ssl.SSLContext:
        """Sign for a server of that name, until then."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _begin(_named(name), self._name, key, ends=ends)
        return _serving(_for_a_server(made, name).sign(self._key, hashes.SHA256()), key, folder)


def self_signed(name: str, folder: Path) -> ssl.SSLContext:
    """Let a server of that name vouch for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _begin(_named(name), _named(name), key, ends=DAY)
    return _serving(_for_a_server(made, name).sign(key, hashes.SHA256()), key, folder)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, ends: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + ends)
    )


def _for_a_server(made: x509.CertificateBuilder, name: str) -> x509.CertificateBuilder:
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return made.add_extension(
        x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
    ).add_extension(usage, critical=False)


def _serving(
    signed: x509.Certificate, key: ec.EllipticCurvePrivateKey, folder: Path
) -> ssl.SSLContext:
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
