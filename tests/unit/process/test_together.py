"""What is asked for at one time is done at one time, and each is answered its own."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import Misconfigured
from app.process.together import Together

# With either a whole group fails; with another below zero only that one does.
UNLUCKY, AWAY = -13, -99


class Doubling:
    """Doubles numbers; keeps to itself which came together, and waits at the first until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun = Semaphore(0)
        self.goes_on = Event()

    def __call__(self, numbers: Sequence[int]) -> Sequence[int | Exception]:
        self.groups.append([*numbers])
        self.begun.release()
        assert self.goes_on.wait(10)
        if UNLUCKY in numbers:
            raise ArithmeticError
        if AWAY in numbers:
            raise OperationalError("", None, OSError())
        return [2 * number if number >= 0 else ValueError(number) for number in numbers]


@pytest.fixture
def doubling() -> Doubling:
    return Doubling()


@pytest.fixture
def together(doubling: Doubling) -> Iterator[Together[int, int]]:
    together = Together(doubling, most=3, name="doubling")
    yield together
    doubling.goes_on.set()
    together.close()


Asked = list["asyncio.Task[int]"]


async def ask(together: Together[int, int], *numbers: int) -> Asked:
    """Ask for each at once."""
    asked = [asyncio.create_task(together.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    return asked


async def until_begun(doubling: Doubling, *, groups: int = 1) -> None:
    for _ in range(groups):
        assert await asyncio.to_thread(doubling.begun.acquire, timeout=10)


def test_who_comes_alone_waits_for_nobody(
    together: Together[int, int], doubling: Doubling
) -> None:  # fmt: skip
    doubling.goes_on.set()

    assert [asyncio.run(together.ask(number)) for number in (1, 2)] == [2, 4]
    assert doubling.groups == [[1], [2]]


def test_what_comes_meanwhile_is_done_together_up_to_so_many(
    together: Together[int, int], doubling: Doubling
) -> None:
    async def act() -> list[int]:
        first = await ask(together, 1)
        await until_begun(doubling)
        others = await ask(together, 2, 3, 4, 5, 6)
        doubling.goes_on.set()
        return await asyncio.gather(*first, *others)

    assert asyncio.run(act()) == [2, 4, 6, 8, 10, 12]
    assert doubling.groups == [[1], [2, 3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        pytest.param(-3, [2, 10, ValueError, 12], id="returned for one"),
        pytest.param(UNLUCKY, [2, 10, ArithmeticError, 12], id="raised because of one"),
        pytest.param(AWAY, [2, OperationalError, OperationalError, OperationalError], id="away"),
    ],
)
def test_an_error_is_raised_where_it_belongs(
    together: Together[int, int], doubling: Doubling, number: int, wanted: list[object]
) -> None:
    """And who comes later is served as ever."""

    async def act() -> list[int | BaseException]:
        first = await ask(together, 1)
        await until_begun(doubling)
        others = await ask(together, 5, number, 6)
        doubling.goes_on.set()
        return await asyncio.gather(*first, *others, return_exceptions=True)

    answers = asyncio.run(act())

    assert [one if isinstance(one, int) else type(one) for one in answers] == wanted
    assert doubling.groups[1] == [5, number, 6]
    assert asyncio.run(together.ask(7)) == 14


def test_too_few_answers_are_an_error_and_nobody_waits_for_ever() -> None:
    together: Together[int, int] = Together(lambda _: [], most=3, name="silent")

    async def act() -> list[int | BaseException]:
        asked = await ask(together, 1, 2, 3)
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [*map(type, asyncio.run(asyncio.wait_for(act(), 10)))] == [ValueError] * 3
    together.close()


def test_once_it_is_closed_what_was_asked_for_is_done_and_nothing_more(
    together: Together[int, int], doubling: Doubling
) -> None:
    async def act() -> list[int]:
        asked = await ask(together, 1, 2)
        await until_begun(doubling)
        together.close()
        with pytest.raises(Misconfigured):
            await together.ask(3)
        doubling.goes_on.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(asyncio.wait_for(act(), 10)) == [2, 4]


def test_who_goes_away_takes_nobody_along(
    together: Together[int, int], doubling: Doubling
) -> None:  # fmt: skip
    async def act() -> list[int]:
        one, two, three = await ask(together, 1, 2, 3)
        one.cancel()
        two.cancel()
        await asyncio.sleep(0)
        doubling.goes_on.set()
        return [await three, await together.ask(4)]

    assert asyncio.run(act()) == [6, 8]


def test_loops_that_end_while_they_wait_hold_nobody_up(
    together: Together[int, int], doubling: Doubling
) -> None:
    async def leave() -> None:
        await ask(together, 1, 2)

    asyncio.run(leave())
    doubling.goes_on.set()

    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda number: asyncio.run(together.ask(number)), range(100))
    assert list(answers) == [2 * number for number in range(100)]


def test_several_threads_do_several_groups_side_by_side(doubling: Doubling) -> None:
    together = Together(doubling, most=1, name="doubling", threads=2)

    async def act() -> list[int]:
        asked = await ask(together, 1, 2, 3)
        await until_begun(doubling, groups=2)
        assert sorted(doubling.groups) == [[1], [2]]
        doubling.goes_on.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(asyncio.wait_for(act(), 10)) == [2, 4, 6]
    together.close()
