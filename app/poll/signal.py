"""What an answer about a task says of the account it was asked with."""

from collections.abc import Sequence

from app.accounts import health
from app.accounts.health import News, Signal, is_known
from app.poll.claim import Claim, Probe
from app.rounds.flight import Landed
from app.upstream.answer import (
    Absent,
    Answer,
    Cancelled,
    Denied,
    Finished,
    Nonsense,
    NotAsked,
    Outage,
    Paused,
    Refused,
    Rejected,
    Unfinished,
)
from app.upstream.heard import Heard

_NO_SUCH_TASK = {400, 404}
_URGENT = (Paused, Denied)


def gist(landed: Sequence[Landed[Claim | Probe, Heard]]) -> list[Landed[Claim | Probe, Heard]]:
    """Leave of each run of good answers the one that was asked for last: all of them say the same.

    A run is of one account, with nothing else of it between.
    """
    kept: list[Landed[Claim | Probe, Heard]] = []
    runs: dict[int, tuple[int, int, int | None]] = {}  # By account: its place, epoch, and limit.
    for one in landed:
        access, quota = one.claim.access, one.answer.quota
        account, says = access.account_id, (access.epoch, quota.limit)
        run = runs.get(account)
        if not _is_plain(one):
            runs.pop(account, None)
        elif run and run[1:] == says:
            if one.asked_at > kept[run[0]].asked_at:
                kept[run[0]] = one
            continue
        else:
            runs[account] = (len(kept), *says)
        kept.append(one)
    return kept


def news_of_accounts(
    landed: Sequence[Landed[Claim | Probe, Heard]],
) -> list[Landed[Claim | Probe, Heard]]:
    """Leave the gist of what landed, and of accounts that work as they did when it was claimed nothing.

    That is nearly all of them nearly always; another answer about the same account makes it count.
    """
    told = gist(landed)
    news = {one.claim.access.account_id for one in told if not _says_nothing_new(one)}
    return [one for one in told if one.claim.access.account_id in news]


def _says_nothing_new(landed: Landed[Claim | Probe, Heard]) -> bool:
    access, quota = landed.claim.access, landed.answer.quota
    is_well = is_known(access.well_at, landed.answered_at) and quota.limit == access.ceiling
    return is_well and _is_plain(landed)


def _is_plain(landed: Landed[Claim | Probe, Heard]) -> bool:
    """Tell whether an answer says no more of the account than that it works."""
    claim, heard = landed.claim, landed.answer
    is_canary = isinstance(claim, Probe) or claim.is_canary
    return isinstance(heard.answer, Unfinished) and not is_canary and heard.quota.pause is None


def signal(landed: Landed[Claim | Probe, Heard]) -> Signal:
    """Read what landed as a signal to the account."""
    claim, heard = landed.claim, landed.answer
    return Signal(
        news=health.Works() if _is_answered_probe(landed) else _news(heard.answer),
        asked_at=landed.asked_at,
        at=landed.answered_at,
        is_canary=isinstance(claim, Probe) or claim.is_canary,
        ceiling=heard.quota.limit,
        pause=heard.quota.pause,
    )


def is_urgent(heard: Heard) -> bool:
    """Tell whether others must know at once: each request of theirs would be one too many."""
    return isinstance(heard.answer, _URGENT) or heard.quota.pause is not None


def _is_answered_probe(landed: Landed[Claim | Probe, Heard]) -> bool:
    """Tell whether a probe was told that there is no such task, in whatever shape: the key is good."""
    evidence = landed.answer.evidence
    if not isinstance(landed.claim, Probe) or evidence is None:
        return False
    # A web server's own page would say so at any address.
    is_json = "json" in (evidence.content_type or "")
    return is_json and evidence.status_code in _NO_SUCH_TASK


def _news(answer: Answer) -> News:
    match answer:
        case Unfinished() | Finished() | Refused() | Cancelled() | Absent() | Rejected():
            return health.Works()
        case Paused(wait):
            return health.Limited(wait)
        case Denied(why, certain):
            return health.Denied(why, certain)
        case Outage(why):
            return health.Failed(why)
        case Nonsense(why) | NotAsked(why):
            return health.Odd(why)
