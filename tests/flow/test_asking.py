"""A process that was told to pause asks nothing more of that account, whatever it has claimed."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from pydantic import SecretStr

from app.clock import utc_now
from app.poll.asking import NO_TASK, Asking
from app.poll.claim import ASKING, Claim, Probe
from app.upstream.answer import NotAsked, Paused, Unfinished
from app.upstream.heard import Heard
from app.upstream.port import Response, Unanswered
from tests.build import make_access
from tests.scripted import PENDING, Scripted, claim


def limited(retry_after: float | str | None = None, **headers: str) -> Response:
    """Make a 429."""
    body = json.dumps({"error": {"code": "rate_limit_exceeded", "retry_after": retry_after}})
    return Response(status=429, headers=headers, body=body.encode())


async def ask_by(asking: Asking, claim: Claim | Probe) -> Heard:
    """Ask now."""
    return (await asking.ask(claim, utc_now())).answer


def ask(transport: Scripted, *claims: Claim | Probe) -> list[Heard]:
    """Ask for one after the other."""

    async def all_of_them() -> list[Heard]:
        asking = Asking(transport, in_flight=8)
        return [await ask_by(asking, one) for one in claims]

    return asyncio.run(all_of_them())


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Play a scene on a loop of its own."""
    asyncio.run(scene())


def test_a_task_is_asked_for_at_its_path_with_its_account_s_key() -> None:
    """Each account has a place and a key of its own."""
    transport = Scripted()

    (heard,) = ask(transport, claim(base_url="http://elsewhere:1", key=SecretStr("sk-other")))

    assert isinstance(heard.answer, Unfinished)
    assert transport.asked == [
        ("http://elsewhere:1/v1/images/generations/img_1", "sk-other"),
    ]


def test_what_waited_until_its_lease_was_about_to_end_is_not_asked_for() -> None:
    """Another may claim it before the answer comes; it is as due as it was."""
    transport = Scripted()
    late = claim()._replace(until=utc_now() + ASKING / 2)

    first, second = ask(transport, late, claim())

    assert isinstance(first.answer, NotAsked)
    assert isinstance(second.answer, Unfinished)
    assert len(transport.asked) == 1


def test_a_probe_asks_for_a_task_that_there_is_not() -> None:
    """An id that LemonData never gave."""
    transport = Scripted()

    ask(transport, Probe(make_access()))

    assert transport.asked == [(f"http://127.0.0.1:9/v1/images/generations/{NO_TASK}", "sk-test")]


@pytest.mark.parametrize(
    "told",
    [
        limited(9),
        limited(**{"retry-after": "60"}),
        limited(),
        Response(status=200, body=PENDING.body,
                 headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}),
    ],
    ids=["envelope", "header", "nothing told", "none remain"],
)  # fmt: skip
def test_after_a_pause_was_told_nothing_more_is_asked_with_the_account(told: Response) -> None:
    """What had been claimed before is let go as it was; another account's is asked."""
    transport = Scripted(told)

    first, *held, other = ask(
        transport, claim(), claim(), Probe(make_access()), claim(account_id=2)
    )

    assert not isinstance(first.answer, NotAsked)
    assert [heard.answer for heard in held] == [NotAsked("the account was paused")] * 2
    assert isinstance(other.answer, Unfinished)
    assert len(transport.asked) == 2


@pytest.mark.parametrize(
    "told",
    [Response(status=503), Response(status=401), Response(status=200), Unanswered("timeout")],
    ids=["503", "401", "odd", "timeout"],
)
def test_bad_news_of_another_kind_holds_nothing_back_here(told: Response | Exception) -> None:
    """What it means for the account is decided once, in SQL."""
    _, second = ask(Scripted(told), claim(), claim())

    assert isinstance(second.answer, Unfinished)


def test_when_the_pause_is_over_the_account_is_asked_again() -> None:
    """And not a moment before; a second is the least."""

    async def scene() -> None:
        transport = Scripted(limited(0.1))
        asking = Asking(transport, in_flight=8)
        began = time.monotonic()
        await ask_by(asking, claim())
        await asyncio.sleep(0.9)
        assert isinstance((await ask_by(asking, claim())).answer, NotAsked)
        assert time.monotonic() - began < 1, "the machine was too slow to tell"
        await asyncio.sleep(1.1 - (time.monotonic() - began))

        assert isinstance((await ask_by(asking, claim())).answer, Unfinished)
        assert len(transport.asked) == 2

    run(scene)


def test_a_shorter_wait_does_not_end_a_longer_pause() -> None:
    """Two were in flight; the second was told another wait."""

    async def scene() -> None:
        transport = Scripted(limited(60), limited(0.1))
        asking = Asking(transport, in_flight=8)
        transport.gate.clear()
        both = [asyncio.ensure_future(ask_by(asking, claim())) for _ in range(2)]
        await asyncio.sleep(0)
        transport.gate.set()
        assert [type((await one).answer) for one in both] == [Paused, Paused]
        await asyncio.sleep(1)

        assert isinstance((await ask_by(asking, claim())).answer, NotAsked)

    run(scene)


def test_a_pause_of_the_key_before_does_not_hold_back_the_one_there_is_now() -> None:
    """The operator exchanged it, and made a fresh start of the account."""
    _, second = ask(Scripted(limited(3600)), claim(epoch=0), claim(epoch=1))

    assert isinstance(second.answer, Unfinished)
