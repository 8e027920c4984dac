"""What deciding goes by."""

from dataclasses import dataclass
from datetime import timedelta

from app.schedule.policy import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What the settings say of waiting."""

    policy: Policy
    # A question put later than this after it was due was held up, not merely queued.
    patience: timedelta
