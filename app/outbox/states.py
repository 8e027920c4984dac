"""The states of a delivery."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    DELIVERED = "delivered"
    HELD = "held"
    GIVEN_UP = "given_up"
