"""A ring claims all that is due, and answers are written back as they arrive."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Lock
from threading import enumerate as enumerate_threads
from time import monotonic, sleep

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from app.clock import utc_now
from app.process.loop import LoopThread
from app.rounds.flight import LINE, Flight, Landed
from app.rounds.pace import Pace
from app.rounds.round import Rounds

CAPACITY = 4
BAD = 99  # A claim whose answer cannot be recorded.


class World:
    """A table of due claims, an upstream that answers each in its time, and what was recorded."""

    def __init__(
        self, loop: LoopThread, due: dict[int, float], lasts: float = 60.0, idle: float = 0.0
    ) -> None:
        self.due = due
        self.asked_for: list[int] = []
        self.aloft = self.most_aloft = 0
        self.recorded: dict[int, str] = {}
        self.times_recorded = 0
        self.database_fails = self.claims_fail = 0
        self.claiming_takes = 0.0
        self.on_look: Callable[[], None] = lambda: None  # Called within the first.
        self._lock = Lock()
        self.seconds = dict(due)
        flight = Flight(loop, self._ask, fault=lambda why: why, capacity=CAPACITY)
        self.looks = self.attended = self.retired = 0
        pace = Pace(0.01, lasts=lasts, idle=idle)
        self.rounds = Rounds(
            flight, attend=self._attend, retire=self._retire, is_due=self._is_due,
            claim=self._claim, record=self._record, pace=pace,
        )  # fmt: skip

    def run_until(self, is_so: Callable[[], bool]) -> None:
        """Ring once and wait until it is so."""
        self.rounds.run()
        self.wait_until(is_so)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until it is so, and not for ever."""
        until = monotonic() + 10
        while not is_so() and monotonic() < until:
            sleep(0.005)
        assert is_so()

    def _attend(self) -> None:
        self.attended += 1

    def _retire(self) -> None:
        self.retired += 1

    def _is_due(self) -> bool:
        self.looks += 1
        found = bool(self.due)
        if self.looks == 1:
            self.on_look()
        return found

    def _claim(self, limit: int) -> list[int]:
        if self.claims_fail:
            self.claims_fail -= 1
            raise OperationalError("UPDATE poll", {}, Exception("the server closed the connection"))
        sleep(self.claiming_takes)
        with self._lock:
            self.asked_for.append(limit)
            claims = sorted(self.due)[:limit]
            for claim in claims:
                del self.due[claim]
            return claims

    async def _ask(self, claim: int, now: datetime) -> Landed[int, str]:
        self.aloft += 1
        self.most_aloft = max(self.most_aloft, self.aloft)
        try:
            await asyncio.sleep(self.seconds[claim])
        finally:
            self.aloft -= 1
        if claim < 0:
            raise RuntimeError("a fault of ours")
        return Landed(claim, "processing", now, utc_now())

    def _record(self, landed: Sequence[Landed[int, str]]) -> None:
        if self.database_fails:
            self.database_fails -= 1
            raise OperationalError("UPDATE poll", {}, Exception("the server closed the connection"))
        if any(one.claim == BAD for one in landed):
            raise RecursionError("too deep")
        self.recorded |= {one.claim: one.answer for one in landed}
        self.times_recorded += len(landed)


@pytest.fixture
def make(loop: LoopThread) -> Iterator[Callable[[dict[int, float]], World]]:
    """Make worlds, and close them."""
    worlds: list[World] = []

    def make(due: dict[int, float]) -> World:
        worlds.append(World(loop, due))
        return worlds[-1]

    yield make
    for world in worlds:
        world.rounds.close(grace=0)


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    """A loop of the test's own."""
    loop = LoopThread()
    yield loop
    loop.close()


Make = Callable[[dict[int, float]], World]


def test_one_ring_asks_for_all_that_is_due_and_never_more_at_once_than_it_may(make: Make) -> None:
    world = make(dict.fromkeys(range(25), 0.005))

    world.run_until(lambda: len(world.recorded) == 25)

    assert world.most_aloft == CAPACITY
    assert all(0 < limit <= (1 + LINE) * CAPACITY for limit in world.asked_for)


def test_where_nothing_is_due_it_is_looked_at_again_and_nothing_is_claimed(make: Make) -> None:
    world = make({})

    world.run_until(lambda: world.looks > 5)

    assert world.asked_for == []


def test_what_falls_due_after_a_ring_is_asked_for_without_another(make: Make) -> None:
    world = make({1: 0.0, 2: 0.0})
    del world.due[2]

    world.run_until(lambda: 1 in world.recorded)
    world.due[2] = 0.0

    world.wait_until(lambda: 2 in world.recorded)
    assert world.recorded == dict.fromkeys([1, 2], "processing")


def shifts() -> int:
    """Count the shifts that are on."""
    return [thread.name for thread in enumerate_threads()].count("shift")


def test_a_shift_that_was_told_to_stop_ends(make: Make) -> None:
    world = make({})
    world.rounds.run()
    assert shifts() == 1

    world.rounds.stop()

    world.wait_until(lambda: shifts() == 0)
    assert world.retired == 0, "who stops lets go at its very end"


def test_what_is_to_be_done_now_and_then_is_done_also_where_there_is_no_room(make: Make) -> None:
    world = make(dict.fromkeys(range(CAPACITY), 9.0))
    world.rounds.run()
    world.wait_until(lambda: world.aloft == CAPACITY)
    before = world.attended

    world.wait_until(lambda: world.attended > before + 3)

    assert len(world.asked_for) == 1


def test_a_shift_that_is_rung_no_more_ends_and_a_ring_begins_the_next(loop: LoopThread) -> None:
    world = World(loop, {}, lasts=0.3)
    for _ in range(5):
        world.rounds.run()
        sleep(0.1)
    assert (shifts(), world.retired) == (1, 0)

    world.wait_until(lambda: shifts() == 0)
    assert world.retired == 1
    world.due[1] = world.seconds[1] = 0.0
    sleep(0.05)
    assert world.asked_for == []
    world.run_until(lambda: 1 in world.recorded)
    world.rounds.close(grace=0)


def test_a_slow_answer_holds_up_no_other(make: Make) -> None:
    world = make({0: 1.0} | dict.fromkeys(range(1, 20), 0.001))

    world.run_until(lambda: len(world.recorded) == 19)
    assert 0 not in world.recorded

    world.run_until(lambda: 0 in world.recorded)


def test_a_full_flight_claims_nothing_more(make: Make) -> None:
    world = make(dict.fromkeys(range(CAPACITY + 1), 9.0))

    world.rounds.run()
    world.rounds.run()

    assert (world.asked_for, list(world.due)) == ([CAPACITY], [CAPACITY])


def test_an_ask_that_raises_is_a_fault_of_its_own_claim(make: Make) -> None:
    world = make(dict.fromkeys([-1, 1, 2, 3], 0.0))

    with capture_logs() as logs:
        world.run_until(lambda: len(world.recorded) == 4)

    assert world.recorded == {-1: "internal error"} | dict.fromkeys([1, 2, 3], "processing")
    assert [line["error"] for line in logs] == ["RuntimeError"]


def test_overlapping_rings_record_each_answer_once(make: Make) -> None:
    world = make(dict.fromkeys(range(60), 0.002))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: world.rounds.run(), range(2)))
    world.run_until(lambda: len(world.recorded) == 60)

    assert world.times_recorded == 60
    assert world.most_aloft <= CAPACITY


def test_an_answer_that_cannot_be_recorded_loses_itself_alone(make: Make) -> None:
    world = make(dict.fromkeys([1, 2, BAD], 0.0))

    with capture_logs():
        world.run_until(lambda: set(world.recorded) == {1, 2})

    assert world.times_recorded == 2


def test_answers_wait_for_a_database_that_comes_back(make: Make) -> None:
    world = make({1: 0.0})
    world.database_fails = 1

    with capture_logs() as logs:
        world.run_until(lambda: 1 in world.recorded)

    assert [line["event"] for line in logs] == ["round.waits_for_the_database"]


def test_closing_records_what_lands_in_time_and_cuts_short_the_rest(make: Make) -> None:
    world = make({1: 0.2, 2: 60.0})
    world.rounds.run()

    world.rounds.close(grace=0.5)

    assert world.recorded == {1: "processing", 2: "stopped"}


def test_a_claim_that_is_being_made_while_it_closes_is_heard_out(make: Make) -> None:
    world = make({1: 0.0})
    world.claiming_takes = 0.3
    with ThreadPoolExecutor(1) as pool:
        ring = pool.submit(world.rounds.run)
        sleep(0.1)
        world.rounds.close(grace=2)
        ring.result()

    assert world.recorded == {1: "processing"}


def test_a_ring_while_the_database_is_away_is_a_line_in_the_log(make: Make) -> None:
    world = make({1: 0.0})
    world.claims_fail = 1

    with capture_logs() as logs:
        world.rounds.run()

    assert [line["event"] for line in logs] == ["round.claim_failed"]
    world.run_until(lambda: 1 in world.recorded)


def test_a_closed_one_claims_nothing(make: Make) -> None:
    world = make({1: 0.0})
    world.rounds.close(grace=0)

    world.rounds.run()

    assert world.asked_for == []


def test_a_ring_ends_an_idle_pause(loop: LoopThread) -> None:
    """Where nothing was found it is long; who rings has written something that is due."""
    world = World(loop, {}, idle=60.0)
    world.run_until(lambda: world.looks == 1)
    sleep(0.05)
    assert world.looks == 1

    world.seconds[1] = world.due[1] = 0.0
    world.run_until(lambda: 1 in world.recorded)
    world.rounds.close(grace=0)


def test_a_ring_while_it_looks_is_not_lost(loop: LoopThread) -> None:
    """What was written meanwhile may not have been seen."""
    world = World(loop, {}, idle=60.0)
    world.on_look = world.rounds.run

    world.run_until(lambda: world.looks == 2)
    world.rounds.close(grace=0)


def test_an_idle_pause_is_no_obstacle_to_stopping(loop: LoopThread) -> None:
    world = World(loop, {}, idle=60.0)
    world.run_until(lambda: world.looks == 1)

    began = monotonic()
    world.rounds.close(grace=0)
    world.wait_until(lambda: not any(one.name == "shift" for one in enumerate_threads()))
    assert monotonic() - began < 10
