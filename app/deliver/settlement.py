"""One attempt, judged and ready to be written."""

from dataclasses import dataclass
from datetime import datetime

from app.deliver.decide import Verdict
from app.deliver.gather import Claim
from app.deliver.reply import Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """What was claimed, what was replied, what it means, and when it was sent."""

    claim: Claim
    reply: Reply
    verdict: Verdict
    at: datetime
