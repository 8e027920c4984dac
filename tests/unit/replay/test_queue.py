"""The tasks of a replay wait, fall due, and are asked for in the order of their worth."""

from math import inf

from app.replay.durations import Duration
from app.replay.queue import CONSIDERED, Queue, Watched
from app.schedule.price import EARLY


def watched(
    number: int, *, due: float, seen: float = 0.0, polls: int = 1, model: str = "a"
) -> Watched:
    """Make a task that began at 0."""
    return Watched(number, Duration(model, 60), began=0, seen=seen, due=due, polls=polls)


def queue(*some: Watched, floor: float = 3) -> Queue:
    """Make a queue of these."""
    made = Queue(floor)
    for one in some:
        made.add(one)
    return made


def numbers(some: list[Watched]) -> list[int]:
    return [one.number for one in some]


def test_a_task_waits_until_it_is_due() -> None:
    both = queue(watched(1, due=20), watched(2, due=10))

    assert both.next_at() == 10
    assert both.take(5, 9.9) == []
    assert numbers(both.take(5, 10)) == [2]
    assert (len(both), both.late, both.next_at()) == (1, 0, 20)


def test_an_empty_queue_waits_for_ever() -> None:
    assert (queue().next_at(), len(queue()), queue().take(3, 0)) == (inf, 0, [])


def test_what_there_is_no_room_for_is_late() -> None:
    three = queue(*(watched(number, due=10, seen=4) for number in range(3)))

    assert three.take(0, 10) == []
    assert three.late == len(three) == 3
    assert numbers(three.take(1, 10)) == [0]
    assert numbers(three.take(5, 10)) == [1, 2]
    assert len(three) == 0


def test_where_not_all_can_be_asked_for_the_wait_that_has_grown_most_comes_first() -> None:
    due = queue(watched(1, due=10, seen=0), watched(2, due=11, seen=7), watched(3, due=12, seen=1))

    assert numbers(due.take(1, 16)) == [2]
    assert numbers(due.take(2, 16)) == [1, 3]


def test_only_those_due_longest_are_considered() -> None:
    worth_more = watched(99, due=11, seen=7)
    due = queue(*(watched(n, due=10) for n in range(CONSIDERED)), worth_more)

    assert numbers(due.take(1, 16)) == [0]
    assert numbers(due.take(1, 16)) == [99]
    assert due.late == CONSIDERED - 1


def test_tasks_that_are_due_soon_can_be_taken_early_the_first_due_first() -> None:
    end = 10 + EARLY
    due = queue(watched(1, due=end), watched(2, due=10.5), watched(3, due=end + 0.1))

    assert numbers(due.take_early(1, 10)) == [2]
    assert numbers(due.take_early(5, 10)) == [1]
    assert len(due) == 1


def test_none_is_taken_early_that_was_asked_for_within_the_floor() -> None:
    due = queue(watched(1, due=10.5, seen=7.5))

    assert due.take_early(1, 10) == []
    assert numbers(due.take_early(1, 10.5)) == [1]


def test_one_that_was_just_asked_for_is_passed_over_and_keeps_its_place() -> None:
    """As in SQL: a budget is not lost because the first in line has only just been looked at."""
    due = queue(watched(1, due=10.5, seen=9), watched(2, due=11, seen=5))

    assert numbers(due.take_early(1, 10)) == [2]
    assert due.next_at() == 10.5


def test_what_was_never_asked_for_can_be_brought_forward() -> None:
    """To no sooner than now; what was asked for already goes by what was seen of it."""
    fresh, known, other = (
        watched(1, due=50, polls=0),
        watched(2, due=50),
        watched(3, due=40, polls=0),
    )
    waiting = queue(fresh, known, other)

    waiting.bring_forward(lambda one: 5.0 if one.number == 1 else None, 10)

    assert (fresh.due, known.due, other.due) == (10, 50, 40)
    assert numbers(waiting.take(5, 10)) == [1]
    assert numbers(waiting.take(5, 45)) == [3]


def test_all_that_is_under_way_is_sorted_by_model() -> None:
    some = queue(
        watched(1, due=10, model="a"), watched(2, due=10, model="b"), watched(3, due=20, model="a")
    )
    some.take(1, 10)

    found = some.by_model()

    assert {model: numbers(tasks) for model, tasks in found.items()} == {"b": [2], "a": [3]}
