"""What asking LemonData about one task brought: whatever happens is an answer."""

from datetime import datetime
from typing import NamedTuple

from pydantic import SecretStr

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
from app.upstream.port import Response, Unanswered
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


def no_response(unanswered: Unanswered) -> Heard:
    """Return what is heard where no response came."""
    return Heard(answer=Outage(str(unanswered)))


def hear(response: Response, *, key: SecretStr, of: str, now: datetime) -> Heard:
    """Return what a response to `key` says of the task `of`; it never raises."""
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
