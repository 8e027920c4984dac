"""Accounts share what one process may have in flight."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.clock import utc_now
from app.poll.asking import Asking
from app.upstream.port import Unanswered
from tests.scripted import Scripted, claim


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Play a scene on a loop of its own."""
    asyncio.run(scene())


def test_accounts_that_have_tasks_share_what_is_in_flight_equally() -> None:
    """One that answers slowly leaves the others theirs."""

    async def scene() -> None:
        transport = Scripted()
        asking = Asking(transport, in_flight=8)
        transport.gate.clear()
        assert [asking.room_of(1, among) for among in (0, 1, 2, 3)] == [72, 72, 4, 2]

        slow = [asyncio.ensure_future(asking.ask(claim(account_id=1), utc_now())) for _ in range(3)]
        await asyncio.sleep(0)
        assert (asking.room_of(1, 1), asking.room_of(1, 2), asking.room_of(2, 2)) == (69, 1, 4)
        assert asking.room_of(1, 4) <= 0

        transport.gate.set()
        await asyncio.gather(*slow)
        assert asking.room_of(1, 2) == 4

    run(scene)


def test_however_many_accounts_there_are_each_has_room_for_one() -> None:
    """Or the last of them would never be asked."""
    assert Asking(Scripted(), in_flight=2).room_of(7, 5) == 1


@pytest.mark.parametrize("ends", [Unanswered("timeout"), ZeroDivisionError()], ids=str)
def test_what_ends_badly_gives_back_its_room(ends: Exception) -> None:
    """Or the account would have less and less of it."""

    async def scene() -> None:
        asking = Asking(Scripted(ends), in_flight=8)
        await asyncio.gather(asking.ask(claim(), utc_now()), return_exceptions=True)

        assert asking.room_of(1, 2) == 4

    run(scene)
