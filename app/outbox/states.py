"""The states of a delivery, and of a recovery of many."""

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
