"""Claims are asked side by side, and each answer lands by itself."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.clock import utc_now
from app.process.loop import LoopThread
from app.rounds.flight import AHEAD, Flight, Landed


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.close()


class Upstream:
    """Answers `claim` with its double: at once, when the gate opens for 13, and raises for 666."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()

    async def ask(self, claim: int, now: datetime) -> Landed[int, int]:
        if claim == 13:
            await self.gate.wait()
        if claim == 666:
            raise RuntimeError("a fault of ours")
        return Landed(claim, 2 * claim, now, utc_now())


FAULT = -1


def make(
    loop: LoopThread,
    ask: Callable[[int, datetime], Coroutine[Any, Any, Landed[int, int]]],
    capacity: int,
) -> Flight[int, int]:
    return Flight(loop, ask, fault=lambda _: FAULT, capacity=capacity)


def fetch(flight: Flight[int, int], *, wait: float = 5, limit: int = 500) -> list[Landed[int, int]]:
    return flight.landed(wait=wait, gather=1, limit=limit)


def pairs(landed: Sequence[Landed[int, int]]) -> list[tuple[int, int]]:
    return sorted((one.claim, one.answer) for one in landed)


def test_an_answer_lands_with_its_claim_and_the_instants_around_it(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 4)
    flight.launch([21])

    (landed,) = fetch(flight)

    assert (landed.claim, landed.answer) == (21, 42)
    assert landed.asked_at <= landed.answered_at


def test_a_slow_answer_delays_only_its_own_claim(loop: LoopThread) -> None:
    upstream = Upstream()
    flight = make(loop, upstream.ask, 4)
    flight.launch([13, 1, 2])

    first = fetch(flight, limit=2)
    loop.soon(upstream.gate.set)
    then = fetch(flight)

    assert (pairs(first), pairs(then)) == ([(1, 2), (2, 4)], [(13, 26)])


def test_who_asks_is_busy_while_half_of_them_have_something_to_ask(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 4)
    assert not flight.is_busy

    flight.launch([13])
    assert not flight.is_busy

    flight.launch([13])
    assert flight.is_busy
    flight.cancel()
    fetch(flight)
    assert not flight.is_busy


def test_an_ask_that_raises_is_a_fault_of_its_own_claim(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 4)

    with capture_logs() as logs:
        flight.launch([1, 666, 2])
        landed = fetch(flight)

    assert pairs(landed) == [(1, 2), (2, 4), (666, FAULT)]
    assert flight.is_empty
    assert [line["event"] for line in logs] == ["flight.crashed"]
    assert "a fault of ours" not in str(logs)


def test_what_is_cut_short_lands_as_a_fault(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 4)
    flight.launch([13])
    fetch(flight, wait=0.05)

    flight.cancel()

    assert pairs(fetch(flight)) == [(13, FAULT)]


def test_what_is_cut_short_before_its_first_step_lands_all_the_same(loop: LoopThread) -> None:
    for _ in range(50):
        flight = make(loop, Upstream().ask, 4)
        flight.launch([13])
        flight.cancel()

        assert pairs(fetch(flight)) == [(13, FAULT)]
        assert flight.is_empty


def test_there_is_room_for_what_is_not_in_flight_and_for_what_was_heard_since(
    loop: LoopThread,
) -> None:
    upstream = Upstream()
    flight = make(loop, upstream.ask, 4)

    flight.launch([13])
    room, is_empty = flight.room, flight.is_empty
    loop.soon(upstream.gate.set)
    fetch(flight)

    assert (room, is_empty) == (3, False)
    assert (flight.room, flight.is_empty) == (4 + AHEAD, True)


def test_what_finds_no_room_waits_for_its_turn(loop: LoopThread) -> None:
    """However much was heard, no more is asked at once than may be; the rest is launched and waits."""
    aloft = most = 0

    async def ask(claim: int, now: datetime) -> Landed[int, int]:
        nonlocal aloft, most
        aloft += 1
        most = max(most, aloft)
        await asyncio.sleep(0.001)
        aloft -= 1
        return Landed(claim, claim, now, utc_now())

    flight = make(loop, ask, 4)
    flight.launch(range(4))
    fetch(flight)
    room = flight.room
    flight.launch(range(room))
    landed = fetch(flight)

    assert room == 4 + 4 * AHEAD
    assert pairs(landed) == [(claim, claim) for claim in range(room)]
    assert most == 4


def test_what_waits_for_its_turn_when_all_is_cut_short_lands_too(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 1)
    flight.launch([13, 1, 2])
    fetch(flight, wait=0.05)

    flight.cancel()

    assert pairs(fetch(flight)) == [(1, FAULT), (2, FAULT), (13, FAULT)]
    assert flight.is_empty


def test_no_more_answers_are_fetched_than_asked_for(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 5)
    flight.launch([1, 2, 3, 4, 5])

    lengths = [len(fetch(flight, limit=2)) for _ in range(3)]

    assert lengths == [2, 2, 1]


def test_fetching_waits_no_longer_than_it_may(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 4)
    flight.launch([13])

    assert fetch(flight, wait=0.01) == []
    assert not flight.is_empty


def test_two_who_fetch_at_once_get_each_answer_once(loop: LoopThread) -> None:
    flight = make(loop, Upstream().ask, 1000)
    claims = [claim for claim in range(600) if claim != 13]
    flight.launch(claims)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: fetch(flight, limit=1000), range(2))

    assert pairs([*one, *two]) == [(claim, 2 * claim) for claim in claims]
