"""What an answer about a task says of the account it was asked with."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.accounts import health
from app.accounts.health import News, Signal
from app.clock import EPOCH
from app.poll.claim import Claim, Probe
from app.poll.signal import gist, is_urgent, news_of_accounts, signal
from app.rounds.flight import Landed
from app.tasks.status import Status
from app.upstream.answer import (
    Absent,
    Answer,
    Cancelled,
    Denied,
    Finished,
    Image,
    Nonsense,
    NotAsked,
    Outage,
    Paused,
    Refused,
    Rejected,
    Unfinished,
)
from app.upstream.evidence import Evidence
from app.upstream.heard import Heard
from app.upstream.quota import NOTHING_SAID, Quota
from tests.build import MINUTE, NOW, SECOND, landed, make_access, make_watch
from tests.scripted import claim

WORKS = health.Works()
WAIT = 9 * SECOND
CLAIM = Claim(7, 1, "img_1", make_watch(), make_access(), until=NOW + MINUTE)
CANARY = Claim(7, 1, "img_1", make_watch(), make_access(), until=NOW + MINUTE, is_canary=True)
PROBE = Probe(make_access())


def told(
    answer: Answer,
    *,
    by: Claim | Probe = CLAIM,
    quota: Quota = NOTHING_SAID,
    status: int | None = None,
    kind: str | None = "application/json",
) -> Signal:
    evidence = Evidence(status_code=status, content_type=kind, body="") if status else None
    heard = Heard(answer=answer, quota=quota, evidence=evidence)
    return signal(Landed(claim=by, answer=heard, asked_at=NOW, answered_at=NOW + SECOND))


@pytest.mark.parametrize("by", [CLAIM, CANARY, PROBE], ids=["task", "canary", "probe"])
@pytest.mark.parametrize(
    ("answer", "news"),
    [
        (Finished((Image("u", None, 0),)), WORKS),
        (Refused("no"), WORKS),
        (Cancelled("stopped"), WORKS),
        (Unfinished(Status.PENDING), WORKS),
        (Absent(), WORKS),
        (Rejected("odd id"), WORKS),
        (Paused(WAIT), health.Limited(WAIT)),
        (Paused(), health.Limited(None)),
        (Denied("HTTP 401", certain=True), health.Denied("HTTP 401", certain=True)),
        (Denied("HTTP 402", certain=False), health.Denied("HTTP 402", certain=False)),
        (Outage("HTTP 503", WAIT), health.Failed("HTTP 503")),
        (Nonsense("a page"), health.Odd("a page")),
        (NotAsked("stopped"), health.Odd("stopped")),
    ],
    ids=str,
)
def test_each_answer_about_a_task_is_news_of_its_account(
    answer: Answer, news: News, by: Claim | Probe
) -> None:
    """Whoever knows the task, or knows that there is none, knows the key."""
    heard = told(answer, by=by)

    assert heard.news == news
    assert (heard.asked_at, heard.at) == (NOW, NOW + SECOND)


@pytest.mark.parametrize(
    ("by", "is_canary"), [(CLAIM, False), (CANARY, True), (PROBE, True)], ids=str
)
def test_a_canary_is_known_as_one(by: Claim | Probe, is_canary: bool) -> None:
    assert told(Unfinished(Status.PENDING), by=by).is_canary is is_canary


@pytest.mark.parametrize(
    ("by", "status", "news"),
    [
        (PROBE, 404, WORKS),
        (PROBE, 400, WORKS),
        (PROBE, 403, health.Odd("HTTP 404")),
        (PROBE, None, health.Odd("HTTP 404")),
        (CANARY, 404, health.Odd("HTTP 404")),
        (CLAIM, 400, health.Odd("HTTP 404")),
    ],
    ids=["404", "400", "403", "no evidence", "canary", "task"],
)
def test_a_probe_asks_for_no_task_and_is_content_to_hear_of_none(
    by: Claim | Probe, status: int | None, news: News
) -> None:
    """In whatever words, for a key that is refused is refused with 401."""
    assert told(Nonsense("HTTP 404"), by=by, status=status).news == news


@pytest.mark.parametrize("kind", ["text/html", None])
def test_a_web_server_s_page_shows_nothing_of_a_key(kind: str | None) -> None:
    """It says so at any address."""
    said = told(Nonsense("HTTP 404"), by=PROBE, status=404, kind=kind)

    assert said.news == health.Odd("HTTP 404")


def test_what_the_headers_say_is_passed_on() -> None:
    heard = told(Unfinished(Status.PENDING), quota=Quota(limit=60, pause=WAIT))

    assert (heard.ceiling, heard.pause) == (60, WAIT)


@pytest.mark.parametrize(
    ("answer", "pause", "urgent"),
    [
        (Paused(), None, True),
        (Denied("HTTP 401", certain=True), None, True),
        (Denied("HTTP 403", certain=False), None, True),
        (Unfinished(Status.PENDING), WAIT, True),
        (Unfinished(Status.PENDING), None, False),
        (Outage("HTTP 503"), None, False),
        (NotAsked("paused"), None, False),
    ],
    ids=str,
)
def test_what_makes_further_requests_useless_is_written_at_once(
    answer: Answer, pause: timedelta | None, urgent: bool
) -> None:
    assert is_urgent(Heard(answer=answer, quota=Quota(pause=pause))) is urgent


def test_a_run_of_good_answers_says_what_the_last_of_them_says() -> None:
    """Another sort of news ends it, for its account alone; nothing is left out of that."""
    good, bad = Unfinished(Status.PENDING), Outage("HTTP 503")
    first, other = claim(), claim(account_id=2)
    answers: list[tuple[Claim, Answer, int]] = [
        (first, good, 1), (first, good, 3), (first, good, 2), (other, good, 1), (first, bad, 4),
        (first, bad, 5), (other, good, 6), (first, good, 7), (first, good, 8),
    ]  # fmt: skip

    left = gist([landed(of, answer, at=NOW + at * SECOND) for of, answer, at in answers])

    assert [(one.claim.access.account_id, one.asked_at) for one in left] == [
        (1, NOW + 3 * SECOND), (2, NOW + 6 * SECOND), (1, NOW + 4 * SECOND),
        (1, NOW + 5 * SECOND), (1, NOW + 8 * SECOND),
    ]  # fmt: skip


def test_answers_with_another_key_or_another_limit_are_runs_of_their_own() -> None:
    """What the account is allowed is as the last of them says."""
    good = Unfinished(Status.PENDING)
    told: list[Landed[Claim | Probe, Heard]] = [
        Landed(claim=claim(epoch=epoch), answer=Heard(answer=good, quota=Quota(limit=limit)),
               asked_at=NOW, answered_at=NOW)
        for epoch, limit in [(0, 60), (0, 60), (0, None), (1, None), (1, None), (0, None)]
    ]  # fmt: skip

    assert [(one.claim.access.epoch, one.answer.quota.limit) for one in gist(told)] == [
        (0, 60), (0, None), (1, None), (0, None),
    ]  # fmt: skip


WELL = make_access(well_at=NOW, ceiling=600)
ABOUT_IT = Quota(limit=600)


def about(
    answer: Answer, *, at: float = 1, quota: Quota = ABOUT_IT, **access: Any
) -> Landed[Claim | Probe, Heard]:
    """Make what landed so many seconds after NOW, asked by an account that worked at NOW."""
    by = CLAIM._replace(access=replace(WELL, **access))
    heard, when = Heard(answer=answer, quota=quota), NOW + at * SECOND
    return Landed(claim=by, answer=heard, asked_at=when, answered_at=when)


GOOD = Unfinished(Status.PENDING, None, None)


def test_of_an_account_that_works_as_it_did_there_is_no_news() -> None:
    """So no statement is made for it, whatever is recorded of its tasks."""
    assert news_of_accounts([about(GOOD, at=at) for at in (0, 1, 14)]) == []


@pytest.mark.parametrize(
    "one",
    [
        about(GOOD, at=15),
        about(GOOD, at=-1),
        about(GOOD, quota=Quota(limit=300)),
        about(GOOD, quota=NOTHING_SAID),
        about(GOOD, quota=Quota(limit=600, pause=WAIT)),
        about(GOOD, well_at=EPOCH),
        about(Outage("timeout")),
        about(Paused(WAIT)),
        about(Finished((Image("u", None, 0),))),
    ],
)
def test_all_else_is_news(one: Landed[Claim | Probe, Heard]) -> None:
    assert news_of_accounts([one]) == [one]


def test_good_answers_count_beside_bad_ones_of_the_same_account() -> None:
    """Outages in a row are none where something worked in between; other accounts say nothing still."""
    bad, good = about(Outage("timeout"), at=2), [about(GOOD, at=at) for at in (1, 3)]
    other = about(GOOD, account_id=9)

    assert news_of_accounts([good[0], other, bad, good[1]]) == [good[0], bad, good[1]]
