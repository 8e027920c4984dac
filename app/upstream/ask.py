"""Asks LemonData about one task, and turns whatever happens into an answer."""

from dataclasses import dataclass

from pydantic import SecretStr

from app.clock import utc_now
from app.upstream.answer import Answer, Cancelled, Finished, NotAsked, Outage, Refused, Unfinished
from app.upstream.decode import decode
from app.upstream.evidence import Evidence
from app.upstream.port import Transport, Unanswered
from app.upstream.quota import NOTHING_SAID, Quota, read_quota


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What to ask: `path` of the LemonData at `base_url`, which answers for the task `of`."""

    base_url: str
    key: SecretStr
    path: str
    of: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """An answer, what the allowance is said to be, and the evidence where the answer was odd."""

    answer: Answer
    quota: Quota = NOTHING_SAID
    evidence: Evidence | None = None


def nothing_heard(why: str) -> Heard:
    """Return what is heard where nothing was asked, or nothing waited for."""
    return Heard(answer=NotAsked(why))


async def ask(transport: Transport, question: Question) -> Heard:
    """Ask once. Whatever goes wrong is an answer too, so this raises nothing of the network's."""
    try:
        response = await transport.get(question.base_url + question.path, key=question.key)
    except Unanswered as unanswered:
        return Heard(answer=Outage(str(unanswered)))
    now = utc_now()
    answer = decode(response, of=question.of, now=now)
    quota = read_quota(response.headers, now=now)
    if isinstance(answer, Finished | Refused | Cancelled | Unfinished):
        return Heard(answer=answer, quota=quota)
    evidence = Evidence.of(response, key=question.key.get_secret_value())
    return Heard(answer=answer, quota=quota, evidence=evidence)
