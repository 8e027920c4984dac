"""Asks LemonData about one task, and turns whatever happens into an answer."""

from datetime import datetime
from typing import NamedTuple

from pydantic import SecretStr

from app.clock import utc_now
from app.upstream.answer import (
    Answer,
    Cancelled,
    Finished,
    Nonsense,
    NotAsked,
    Outage,
    Refused,
    Unfinished,
)
from app.upstream.decode import ANOTHER, decode
from app.upstream.evidence import Evidence
from app.upstream.port import Response, Transport, Unanswered
from app.upstream.quota import NOTHING_SAID, Quota, read_quota


class Heard(NamedTuple):
    """An answer, what the allowance is said to be, and the evidence where the answer was odd."""

    answer: Answer
    quota: Quota = NOTHING_SAID
    evidence: Evidence | None = None


def nothing_heard(why: str) -> Heard:
    """Return what is heard where nothing was asked, or nothing waited for."""
    return Heard(answer=NotAsked(why))


def crashed(why: str) -> Heard:
    """Return what is heard where asking failed by a fault of ours: not to be repeated at once."""
    return Heard(answer=Nonsense(why))


async def ask(transport: Transport, url: str, *, key: SecretStr, of: str) -> tuple[Heard, datetime]:
    """Ask once at `url`, which answers for the task `of`; return what is heard, and when it came.

    Whatever goes wrong is an answer too, so this raises nothing of the network's.
    """
    try:
        response = await transport.get(url, key=key)
    except Unanswered as unanswered:
        return Heard(answer=Outage(str(unanswered))), utc_now()
    now = utc_now()
    return _hear(response, key=key, of=of, now=now), now


def _hear(response: Response, *, key: SecretStr, of: str, now: datetime) -> Heard:
    answer = decode(response, of=of, now=now)
    if isinstance(answer, Unfinished):  # Most answers by far.
        return Heard(answer, read_quota(response.headers, now=now))
    # A gateway's own headers are about something else than the account.
    is_theirs = not isinstance(answer, Nonsense | Outage)
    quota = read_quota(response.headers, now=now) if is_theirs else NOTHING_SAID
    if isinstance(answer, Finished | Refused | Cancelled):
        return Heard(answer=answer, quota=quota)
    if answer == Nonsense(ANOTHER):
        return Heard(answer=answer)  # It may be somebody else's.
    evidence = Evidence.of(response, key=key.get_secret_value())
    return Heard(answer=answer, quota=quota, evidence=evidence)
