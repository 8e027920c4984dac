"""A request for which there is no room waits its turn."""

import asyncio

from app.upstream.room import Room


def test_who_finds_room_does_not_wait() -> None:
    room = Room(2)

    assert [room.enter() for _ in range(3)] == [True, True, False]


def test_a_place_goes_to_who_has_waited_longest_and_nobody_comes_between() -> None:
    async def act() -> tuple[bool, bool, bool]:
        room = Room(1)
        room.enter()
        first, second = (asyncio.create_task(room.wait()) for _ in range(2))
        await asyncio.sleep(0)
        room.leave()
        gets_in = room.enter()
        await first
        seen = (first.done(), second.done(), gets_in)
        room.leave()
        await second
        return seen

    assert asyncio.run(act()) == (True, False, False)


def test_who_gives_up_leaves_the_place_to_the_next_also_when_it_was_just_given() -> None:
    async def act() -> list[bool]:
        room = Room(1)
        room.enter()
        waiting = [asyncio.create_task(room.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        room.leave()  # To the second, since the first waits no more.
        waiting[1].cancel()
        await asyncio.wait(waiting, timeout=5)
        room.leave()
        return [*(one.cancelled() for one in waiting), room.enter(), room.enter()]

    assert asyncio.run(act()) == [True, True, False, True, False]
