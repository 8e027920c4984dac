"""Whose certificates are trusted over TLS."""

import ssl

import certifi


def trusted(roots: str | None = None) -> ssl.SSLContext:
    """Trust the system's certificates and `roots`, in PEM; by default certifi's."""
    trust = ssl.create_default_context()
    trust.load_verify_locations(cadata=roots or certifi.contents())
    return trust
