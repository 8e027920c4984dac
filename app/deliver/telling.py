"""What the headers of an attempt tell of it, beside its signature."""

from app.deliver.decide import SCHEDULE
from app.deliver.gather import Claim
from app.outbox.states import DeliveryState


def attempt_headers(claim: Claim) -> dict[str, str]:
    """Return which attempt it is, why it is made, whether it is the last; and what was sent before.

    `webhook-sequence` counts what the endpoint is sent, without gaps. Of all numbers up to
    `webhook-watermark`, nothing is still to come: one of them that never came was given up.
    """
    headers = {
        "webhook-attempt": str(claim.attempt),
        "webhook-reason": _reason(claim),
        "webhook-final": "true" if _is_final(claim) else "false",
    }
    if claim.sequence is not None and claim.watermark is not None:
        headers["webhook-sequence"] = str(claim.sequence)
        headers["webhook-watermark"] = str(claim.watermark)
    return headers


def _reason(claim: Claim) -> str:
    if claim.back and not _is_ping(claim):
        return "resend"
    return "first" if claim.attempt == 1 else "retry"


def _is_ping(claim: Claim) -> bool:
    """Tell whether it is given up if it fails, and was never sent before: nothing else is that."""
    is_alone = claim.back is not None and claim.back.state is DeliveryState.GIVEN_UP
    return is_alone and claim.attempt == 1


def _is_final(claim: Claim) -> bool:
    """Tell whether nothing is sent by itself after this attempt, whatever comes of it."""
    if claim.back:
        return claim.back.state is not DeliveryState.DUE
    return claim.attempt > len(SCHEDULE)
