"""A round asks for all that is due, side by side, and writes answers back as they arrive."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic

import pytest
from structlog.testing import capture_logs

from app.process.loop import LoopThread
from app.rounds.flight import Flight, Landed
from app.rounds.round import PATIENCE, Rounds

CAPACITY = 4


class World:
    """A table of due claims, an upstream that answers each in its time, and what was recorded."""

    def __init__(self, loop: LoopThread, due: dict[int, float]) -> None:
        self.due = due
        self.asked_for: list[int] = []
        self.aloft = self.most_aloft = 0
        self.recorded: list[int] = []
        self._lock = Lock()
        self.flight = Flight(loop, self._ask, capacity=CAPACITY)
        self._seconds = dict(due)
        self.rounds = Rounds(self.flight, claim=self._claim, record=self._record)

    def _claim(self, limit: int) -> list[int]:
        with self._lock:
            self.asked_for.append(limit)
            claims = sorted(self.due)[:limit]
            for claim in claims:
                del self.due[claim]
            return claims

    async def _ask(self, claim: int) -> str:
        self.aloft += 1
        self.most_aloft = max(self.most_aloft, self.aloft)
        await asyncio.sleep(self._seconds[claim])
        self.aloft -= 1
        if claim < 0:
            raise RuntimeError("a fault of ours")
        return "processing"

    def _record(self, landed: Sequence[Landed[int, str]]) -> None:
        with self._lock:
            self.recorded += [one.claim for one in landed]


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.close()


def test_a_round_asks_for_all_that_is_due_and_never_more_at_once_than_it_may(
    loop: LoopThread,
) -> None:
    world = World(loop, dict.fromkeys(range(25), 0.005))

    world.rounds.run()

    assert sorted(world.recorded) == list(range(25))
    assert world.most_aloft == CAPACITY
    assert all(0 < limit <= CAPACITY for limit in world.asked_for)


def test_a_round_ends_when_nothing_is_due(loop: LoopThread) -> None:
    world = World(loop, {})
    began = monotonic()

    world.rounds.run()

    assert monotonic() - began < PATIENCE
    assert world.asked_for == [CAPACITY]


def test_a_slow_answer_holds_up_neither_the_others_nor_the_round(loop: LoopThread) -> None:
    world = World(loop, {0: PATIENCE * 1.3} | dict.fromkeys(range(1, 20), 0.001))

    world.rounds.run()
    first = sorted(world.recorded)
    world.rounds.run()

    assert first == list(range(1, 20))
    assert sorted(world.recorded) == list(range(20))


def test_a_full_flight_claims_nothing_more(loop: LoopThread) -> None:
    world = World(loop, dict.fromkeys(range(CAPACITY + 1), 2 * PATIENCE))

    world.rounds.run()

    assert (world.asked_for, list(world.due)) == ([CAPACITY], [CAPACITY])


def test_an_ask_that_raises_loses_only_its_own_answer(loop: LoopThread) -> None:
    world = World(loop, dict.fromkeys([-1, 1, 2, 3], 0.0))

    with capture_logs():
        world.rounds.run()

    assert sorted(world.recorded) == [1, 2, 3]
    assert world.flight.is_empty


def test_overlapping_rounds_record_each_answer_once(loop: LoopThread) -> None:
    world = World(loop, dict.fromkeys(range(60), 0.002))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: world.rounds.run(), range(2)))

    assert sorted(world.recorded) == list(range(60))
    assert world.most_aloft <= CAPACITY
