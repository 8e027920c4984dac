"""What one answer means for the task that it was asked for: decided, and ready to be recorded."""

import random

from app.accounts.prices import price_of
from app.clock import EPOCH
from app.poll.claim import Claim, Probe
from app.poll.decide import decide, unchanged
from app.poll.finding import Finding, Unchanged
from app.poll.look import Look
from app.poll.rules import Rules
from app.rounds.flight import Landed
from app.upstream.answer import NotAsked, Paused, Unfinished
from app.upstream.heard import Heard


def judge(claim: Claim, landed: Landed[Claim | Probe, Heard], rules: Rules) -> Finding | Unchanged:
    """Decide what the answer to a claim means for its task."""
    watch, access = claim.watch, claim.access
    _, (answer, _, evidence), asked_at, now = landed
    price = price_of(access.prices, watch.client_id, weight=watch.weight)
    if isinstance(answer, Unfinished) and (
        again := unchanged(answer, watch, rules, asked_at=asked_at, now=now, price=price)
    ):
        return Unchanged(claim, again)
    jitter = random.random()  # noqa: S311 - it keeps no secret
    outcome = decide(Look(answer, asked_at, now, jitter, access.failures, price), watch, rules)
    # Neither a pause nor a request that was not sent is the look that somebody asked for.
    if isinstance(answer, (NotAsked, Paused)):
        asked_at = EPOCH
    return Finding(claim, outcome, now, asked_at, evidence)
