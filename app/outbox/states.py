"""The states of a delivery and of a recovery of many, and the faults of attempts."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    DELIVERED = "delivered"
    HELD = "held"
    GIVEN_UP = "given_up"


class RecoveryState(StrEnum):
    """Where a recovery stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Fault(StrEnum):
    """Why an attempt has no answer."""

    UNRESOLVED = "unresolved"  # The host has no address.
    UNREACHABLE = "unreachable"  # Nobody took the connection.
    UNTRUSTED = "untrusted"  # The TLS handshake failed, or the certificate is not the host's.
    DISCONNECTED = "disconnected"  # The connection ended before the answer did.
    MALFORMED = "malformed"  # What came is not HTTP/1.1, or its head has no end.
    TIMEOUT = "timeout"
